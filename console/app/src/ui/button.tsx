/** Buttons, and links that look like them. */
import type { AnchorHTMLAttributes, ButtonHTMLAttributes } from 'react';
import css from './ui.module.css';

/** How much a button wants to be pressed. */
export interface Look {
  kind?: 'primary' | 'danger' | 'quiet' | undefined;
  small?: boolean | undefined;
}

/** The classes of a button; for links of the router. */
export function buttonClass({ kind, small }: Look = {}): string {
  return [css.button, kind && css[kind], small && css.small].filter(Boolean).join(' ');
}

/** A button; `busy`: what it does is under way, and pressing it again would do it twice. */
export function Button({
  kind,
  small,
  busy = false,
  children,
  ...rest
}: Look & { busy?: boolean } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type="button"
      className={buttonClass({ kind, small })}
      {...rest}
      disabled={rest.disabled === true || busy}
      aria-busy={busy || undefined}
    >
      {busy && <span className={css.spinner} aria-hidden="true" />}
      {children}
    </button>
  );
}

/** A link out of the console: a download, another site. */
export function LinkButton({
  kind,
  small,
  ...rest
}: Look & AnchorHTMLAttributes<HTMLAnchorElement>) {
  const elsewhere = rest.target === '_blank' ? { rel: 'noopener noreferrer' } : {};
  return <a className={buttonClass({ kind, small })} {...rest} {...elsewhere} />;
}
