/** A button that puts a text into the clipboard and says so. */
import { useEffect, useState } from 'react';
import { Button, type Look } from '../ui/button';

/** For how long it says so, in milliseconds. */
const SAID = 2_000;

/** Pages without https have no clipboard of their own: there the browser copies what is selected. */
function copySelected(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  // Inside an open dialog, because nothing outside it can be selected.
  const place = document.querySelector('dialog[open]') ?? document.body;
  place.append(area);
  const before = document.activeElement;
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}

/** Whether `text` is in the clipboard now. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** `text` is asked for when the button is pressed. */
export function CopyButton({
  text,
  label = 'Copy',
  ...look
}: { text: () => string; label?: string } & Look) {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), SAID);
    return () => clearTimeout(timer);
  }, [said]);
  const press = (): void => {
    void copy(text()).then((copied) => setSaid(copied ? 'Copied' : 'Copying is not allowed here'));
  };
  return (
    <Button {...look} onClick={press}>
      <span aria-live="polite">{said ?? label}</span>
    </Button>
  );
}
