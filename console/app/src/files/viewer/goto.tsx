/** Where one says which line one wants to see. */
import { useState } from 'react';
import css from './file.module.css';

/** `go` is told a line from 1, when Enter is pressed. */
export function GoToLine({ go }: { go: (line: number) => void }) {
  const [text, setText] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const line = Number.parseInt(text, 10);
        if (line >= 1) go(line);
      }}
    >
      <input
        className={css.goto}
        inputMode="numeric"
        pattern="[0-9]*"
        aria-label="Go to line"
        placeholder="Line"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </form>
  );
}
