/** An input with its label, a hint, and what is wrong with it. */
import { useId, type InputHTMLAttributes, type ReactNode } from 'react';
import css from './ui.module.css';

export function Field({
  label,
  hint,
  wrong,
  ...rest
}: {
  label: string;
  hint?: ReactNode;
  wrong?: string | undefined;
} & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const told = wrong !== undefined || hint !== undefined ? `${id}-told` : undefined;
  return (
    <div className={css.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={css.input}
        aria-invalid={wrong !== undefined || undefined}
        aria-describedby={told}
        {...rest}
      />
      {told !== undefined && (
        <span id={told} className={wrong === undefined ? css.hint : css.wrong}>
          {wrong ?? hint}
        </span>
      )}
    </div>
  );
}
