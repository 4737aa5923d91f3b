/** Above the log: what is searched for, how lines are shown, and how to take them along. */
import { useState, type ChangeEvent } from 'react';
import { downloadUrl } from './requests';
import type { StreamFilter } from './rows/wanted';
import { SearchBox, type SearchProps } from './searchbox';
import { Toggle } from './toggle';
import css from './toolbar.module.css';
import type { Shape } from './view/list';
import type { Times } from './view/times';
import { EndIcon } from '../ui/icons';

export interface ToolbarProps extends SearchProps {
  jobId: string;
  shape: Shape;
  isFollowing: boolean;
  onTimes: (times: Times) => void;
  onWrap: (wrap: boolean) => void;
  onFilter: (filter: StreamFilter) => void;
  onFollow: () => void;
}

export function Toolbar(props: ToolbarProps) {
  const { shape, jobId } = props;
  const [isFolded, setFolded] = useState(true);
  return (
    <div className={css.bar} role="group" aria-label="Log">
      <SearchBox {...props} />
      <Toggle isOn={props.isFollowing} onClick={props.onFollow} label="Follow the end (f)">
        <EndIcon /> Follow
      </Toggle>
      <button
        type="button"
        className={`${css.tool} ${css.fold}`}
        aria-expanded={!isFolded}
        onClick={() => setFolded(!isFolded)}
      >
        Options
      </button>
      <div className={css.options} data-folded={isFolded || undefined}>
        <Select
          label="Lines of"
          value={shape.filter}
          options={{ all: 'All lines', stdout: 'stdout', stderr: 'stderr', system: 'System' }}
          onChange={props.onFilter}
        />
        <Select
          label="Times"
          value={shape.times}
          options={{ off: 'No times', absolute: 'Clock', relative: 'Since start' }}
          onChange={props.onTimes}
        />
        <Toggle isOn={shape.wrap} onClick={() => props.onWrap(!shape.wrap)} label="Wrap long lines">
          Wrap
        </Toggle>
        <a className={css.tool} href={downloadUrl(jobId, 'text')} download>
          Raw log
        </a>
        <a className={css.tool} href={downloadUrl(jobId, 'ndjson')} download>
          ndjson
        </a>
      </div>
    </div>
  );
}

function Select<V extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: V;
  options: Record<V, string>;
  onChange: (value: V) => void;
}) {
  const values = Object.keys(options) as V[];
  const change = (event: ChangeEvent<HTMLSelectElement>): void => {
    const chosen = values.find((one) => one === event.target.value);
    if (chosen !== undefined) onChange(chosen);
  };
  return (
    <select className={css.select} aria-label={label} value={value} onChange={change}>
      {values.map((one) => (
        <option key={one} value={one}>
          {options[one]}
        </option>
      ))}
    </select>
  );
}
