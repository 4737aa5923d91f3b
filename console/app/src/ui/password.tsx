/** A password, which its owner may look at while typing. */
import { useState, type InputHTMLAttributes } from 'react';
import { Labelled, type Told } from './field';
import css from './ui.module.css';

export function PasswordField({
  label,
  hint,
  wrong,
  ...rest
}: Told & Omit<InputHTMLAttributes<HTMLInputElement>, 'type'>) {
  const [shown, show] = useState(false);
  return (
    <Labelled label={label} hint={hint} wrong={wrong}>
      {(wired) => (
        <div className={css.password}>
          <input
            {...wired}
            {...rest}
            type={shown ? 'text' : 'password'}
            autoCapitalize="none"
            spellCheck={false}
          />
          <button
            type="button"
            aria-label={`Show ${label.toLowerCase()}`}
            aria-pressed={shown}
            onClick={() => show(!shown)}
          >
            {shown ? 'Hide' : 'Show'}
          </button>
        </div>
      )}
    </Labelled>
  );
}
