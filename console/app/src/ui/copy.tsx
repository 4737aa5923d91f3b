/** Something to be taken elsewhere. */
import { useEffect, useState } from 'react';
import { Button } from './button';
import { CheckIcon, CopyIcon } from './icons';
import css from './ui.module.css';

/** For how long the button says what came of it, in milliseconds. */
const SAID = 2_000;

/** Copies `text`; says whether it could, which a page that came over plain http often cannot. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
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
    <Button small onClick={copy}>
      {came === 'copied' ? <CheckIcon /> : <CopyIcon />}
      <span aria-live="polite">
        {came === undefined ? label : came === 'copied' ? 'Copied' : 'Select it and copy by hand'}
      </span>
    </Button>
  );
}

/** Puts `text` into the clipboard; fails where the browser does not let it. */
async function copyText(text: string): Promise<void> {
  // Pages that came over plain http have no clipboard.
  if (navigator.clipboard === undefined) throw new Error('no clipboard');
  await navigator.clipboard.writeText(text);
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
