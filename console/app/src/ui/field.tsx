/** Inputs with their label, a hint, and what is wrong with them. */
import {
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from 'react';
import css from './ui.module.css';

/** What stands around every input. */
export interface Told {
  label: string;
  hint?: ReactNode;
  /** What is wrong, in words; shown in the place of the hint. */
  wrong?: string | undefined;
}

/** What an input needs so that its label and what is told of it are found. */
interface Wired {
  id: string;
  className: string | undefined;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

/** Any input, with what stands around it. */
export function Labelled({
  label,
  hint,
  wrong,
  children,
}: Told & { children: (wired: Wired) => ReactNode }) {
  const id = useId();
  const told = wrong !== undefined || hint !== undefined ? `${id}-told` : undefined;
  return (
    <div className={css.field}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        className: css.input,
        'aria-invalid': wrong !== undefined || undefined,
        'aria-describedby': told,
      })}
      {told !== undefined && (
        <span id={told} className={wrong === undefined ? css.hint : css.wrong}>
          {wrong ?? hint}
        </span>
      )}
    </div>
  );
}

/** One line. */
export function Field({
  label,
  hint,
  wrong,
  ...rest
}: Told & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Labelled label={label} hint={hint} wrong={wrong}>
      {(wired) => <input {...wired} {...rest} />}
    </Labelled>
  );
}

/** Several lines. */
export function TextArea({
  label,
  hint,
  wrong,
  ...rest
}: Told & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Labelled label={label} hint={hint} wrong={wrong}>
      {(wired) => <textarea {...wired} {...rest} />}
    </Labelled>
  );
}

/** One of several; the children are `<option>`s. */
export function Select({
  label,
  hint,
  wrong,
  ...rest
}: Told & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Labelled label={label} hint={hint} wrong={wrong}>
      {(wired) => <select {...wired} {...rest} />}
    </Labelled>
  );
}

/** Yes or no; a radio button with `type="radio"`. */
export function Check({
  label,
  hint,
  ...rest
}: { label: ReactNode; hint?: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const told = hint === undefined ? undefined : `${id}-told`;
  return (
    <div className={css.check}>
      <input type="checkbox" id={id} aria-describedby={told} {...rest} />
      <div>
        <label htmlFor={id}>{label}</label>
        {told !== undefined && (
          <div id={told} className={css.hint}>
            {hint}
          </div>
        )}
      </div>
    </div>
  );
}
