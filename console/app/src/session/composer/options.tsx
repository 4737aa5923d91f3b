/** What may be asked for beside the prompt, behind a disclosure. */
import { Field, Select } from '../../ui/field';
import { NO_OPTIONS, type Options } from './draft';
import css from './composer.module.css';

export function OptionFields({
  options,
  onChange,
}: {
  options: Options;
  onChange: (options: Options) => void;
}) {
  const set = (name: keyof Options) => (event: { target: { value: string } }) =>
    onChange({ ...options, [name]: event.target.value });
  const chosen = Object.values(options).filter((value) => value !== '').length;
  return (
    <details className={css.options}>
      <summary>Options{chosen > 0 ? ` (${chosen})` : ''}</summary>
      <div className={css.fields}>
        <Select label="Mode" value={options.mode} onChange={set('mode')}>
          <option value="">as usual (autonomous)</option>
          <option value="autonomous">autonomous: design and build to the end</option>
          <option value="plan">plan: design only</option>
          <option value="edit">edit: change the app that is there</option>
          <option value="features">features: list features, build until all pass</option>
        </Select>
        <Field
          label="Most phases"
          type="number"
          min={1}
          max={1000}
          placeholder="10"
          value={options.maxIterations}
          onChange={set('maxIterations')}
        />
        <Field
          label="Model"
          placeholder="the one that is set"
          value={options.model}
          onChange={set('model')}
        />
        <Field
          label="Budget in tokens"
          type="number"
          min={1}
          placeholder="no limit"
          value={options.tokens}
          onChange={set('tokens')}
        />
        <Field
          label="Budget in US dollars"
          type="number"
          min={0}
          step="any"
          placeholder="no limit"
          value={options.usd}
          onChange={set('usd')}
        />
        {chosen > 0 && (
          <button type="button" className={css.reset} onClick={() => onChange(NO_OPTIONS)}>
            Reset the options
          </button>
        )}
      </div>
    </details>
  );
}
