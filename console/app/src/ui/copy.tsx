/** Something to be taken elsewhere. */
import { useEffect, useState } from 'react';
import { Button, type Look } from './button';
import { CheckIcon, CopyIcon } from './icons';
import css from './ui.module.css';

/** For how long the button says what came of it, in milliseconds. */
const SAID = 2_000;

/** Copies `text`, and says whether it could. */
export function CopyButton({
  text,
  label = 'Copy',
  kind,
}: { text: string; label?: string } & Pick<Look, 'kind'>) {
  const [came, setCame] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (came === undefined) return;
    const timer = setTimeout(() => setCame(undefined), SAID);
    return () => clearTimeout(timer);
  }, [came]);
  const copy = () => {
    copyText(text).then(
      () => setCame('copied'),
      () => setCame('refused'),
    );
  };
  return (
    <Button small kind={kind} onClick={copy}>
      {came === 'copied' ? <CheckIcon /> : <CopyIcon />}
      <span aria-live="polite">
        {came === undefined ? label : came === 'copied' ? 'Copied' : 'Select it and copy by hand'}
      </span>
    </Button>
  );
}

/** Puts `text` into the clipboard; fails where the browser does not let it. */
async function copyText(text: string): Promise<void> {
  // Pages that came over plain http have no clipboard: there browsers copy what is selected.
  if (navigator.clipboard === undefined) copySelected(text);
  else await navigator.clipboard.writeText(text);
}

function copySelected(text: string): void {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  const before = document.activeElement;
  // Within an open dialog, because nothing outside it can be selected.
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  if (!copied) throw new Error('the browser does not copy');
}

/** A secret that is shown this once, whole, with a button that copies it. */
export function Secret({ text, label }: { text: string; label: string }) {
  return (
    <div className={css.secret} role="group" aria-label={label}>
      <code>{text}</code>
      <CopyButton text={text} />
    </div>
  );
}
