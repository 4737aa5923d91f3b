/** How a job is carried out: what few people change, out of the way. */
import type { Schemas } from '../api/client';
import { Field, Select } from '../ui/field';
import css from './dashboard.module.css';
import { MOST_PHASES, wrongPhases, type Form } from './request';

type Values = Omit<Form, 'prompt'>;

/** Without `edit`: there is nothing yet to change. */
const MODES: readonly [Schemas['Mode'], string][] = [
  ['autonomous', 'Build the app, phase by phase'],
  ['plan', 'Plan only, write no files'],
  ['features', 'List features first, then build and check each'],
];

export function Options({ value, onChange }: { value: Values; onChange: (value: Values) => void }) {
  return (
    <details className={css.options}>
      <summary>Options</summary>
      <div className={css.optionsGrid}>
        <Select
          label="Mode"
          value={value.mode}
          onChange={(event) => {
            const mode = MODES.find(([name]) => name === event.target.value)?.[0];
            if (mode !== undefined) onChange({ ...value, mode });
          }}
        >
          {MODES.map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </Select>
        <Field
          label="Model"
          value={value.model}
          placeholder="As your settings say"
          spellCheck={false}
          autoCapitalize="none"
          onChange={(event) => onChange({ ...value, model: event.target.value })}
        />
        <Field
          label="Most phases"
          type="number"
          inputMode="numeric"
          min={1}
          max={MOST_PHASES}
          placeholder="10"
          value={value.phases}
          wrong={wrongPhases(value.phases)}
          onChange={(event) => onChange({ ...value, phases: event.target.value })}
        />
      </div>
    </details>
  );
}
