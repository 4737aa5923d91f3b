/** A button that is on or off. */
import type { ReactNode } from 'react';
import css from './toolbar.module.css';

export function Toggle({
  isOn,
  onClick,
  label,
  children,
}: {
  isOn: boolean;
  onClick: () => void;
  label: string;
  children: ReactNode;
}) {
  return (
    <button type="button" className={css.tool} aria-pressed={isOn} title={label} onClick={onClick}>
      {children}
    </button>
  );
}
