/** A text to look for: shown as it is typed, told after a pause. */
import { useEffect, useRef, useState, type RefObject } from 'react';
import { SearchIcon } from './icons';
import css from './ui.module.css';

/** From the last letter to the search, in milliseconds. */
const PAUSE = 250;

/** `value`: what is looked for at present; `hotkey`: the key that leads here, if there is one. */
export function SearchBox({
  label,
  value,
  onChange,
  box,
  hotkey,
}: {
  label: string;
  value: string;
  onChange: (text: string) => void;
  box?: RefObject<HTMLInputElement | null>;
  hotkey?: string;
}) {
  const [text, setText] = useSearchText(value, onChange);
  return (
    <div className={css.search}>
      <SearchIcon />
      <input
        ref={box}
        type="search"
        aria-label={label}
        placeholder="Search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {hotkey !== undefined && <kbd aria-hidden="true">{hotkey}</kbd>}
    </div>
  );
}

/** What is typed, at once; what is told from outside wins over it. */
function useSearchText(
  value: string,
  change: (text: string) => void,
): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const latest = useRef(change);
  latest.current = change;
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      latest.current(text);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText];
}
