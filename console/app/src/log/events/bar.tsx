/** Above the events: which of them are shown. */
import type { RefObject } from 'react';
import { EndIcon, SearchIcon } from '../../ui/icons';
import { Toggle } from '../toggle';
import bar from '../toolbar.module.css';
import { useTyped } from '../usetyped';
import css from './events.module.css';
import { GROUP_NAMES, GROUPS } from './kinds';

export function EventBar(props: {
  types: readonly string[];
  text: string;
  isWhole: boolean;
  isFollowing: boolean;
  count: number;
  isBusy: boolean;
  box: RefObject<HTMLInputElement | null>;
  onTypes: (types: string[]) => void;
  onText: (text: string) => void;
  onWhole: (whole: boolean) => void;
  onFollow: () => void;
}) {
  const { types, count } = props;
  const [text, setText] = useTyped(props.text, props.onText);
  const without = (group: string): string[] => types.filter((type) => type !== group);
  return (
    <div className={bar.bar} role="group" aria-label="Events">
      <div className={bar.search} role="search">
        <span className={bar.count}>
          <SearchIcon />
        </span>
        <input
          ref={props.box}
          type="text"
          value={text}
          placeholder="Filter by text"
          aria-label="Filter by text"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
        <span className={bar.count}>
          {props.isBusy
            ? 'looking …'
            : `${count.toLocaleString('en')} ${count === 1 ? 'event' : 'events'}`}
        </span>
      </div>
      <Toggle isOn={props.isFollowing} onClick={props.onFollow} label="Follow the end (f)">
        <EndIcon /> Follow
      </Toggle>
      <Toggle
        isOn={props.isWhole}
        onClick={() => props.onWhole(!props.isWhole)}
        label="Events of all jobs of the session"
      >
        Whole session
      </Toggle>
      <div className={css.chips} role="group" aria-label="Kinds of events">
        {GROUPS.map((group) => (
          <Toggle
            key={group}
            isOn={types.includes(group)}
            onClick={() =>
              props.onTypes(types.includes(group) ? without(group) : [...types, group])
            }
            label={GROUP_NAMES[group]}
          >
            {GROUP_NAMES[group]}
          </Toggle>
        ))}
      </div>
    </div>
  );
}
