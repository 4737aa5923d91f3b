/**
 * Colours for a text that may be growing. The work is done by `highlight.worker.ts`, and what it needs is
 * loaded with the first text.
 */
import { useEffect, useRef, useState } from 'react';
import type { Answer, Question } from './highlight.worker';
import type { Token } from './tokens';

/** Longer texts stay plain, in characters. */
export const MOST_CHARACTERS = 200_000;
/** Between two rounds for a growing text, in milliseconds. */
const PAUSE = 250;
/** A grammar that has not come to an end so many milliseconds after it has begun never will. */
const PATIENCE = 8_000;

/** Somebody who waits for colours. */
interface Waiting {
  tell: (lines: Token[][] | undefined) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** The worker, and who waits for it. */
class Highlighter {
  #worker: Worker | undefined;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** The coloured lines; undefined where there are no colours. */
  highlight(language: string, text: string): Promise<Token[][] | undefined> {
    const id = (this.#next += 1);
    return new Promise((tell) => {
      this.#waiting.set(id, { tell, timer: undefined });
      const question: Question = { id, language, text };
      this.#started().postMessage(question);
    });
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL('./highlight.worker.ts', import.meta.url), {
      type: 'module',
    });
    worker.addEventListener('message', (event: MessageEvent<Answer>) => this.#hear(event.data));
    worker.addEventListener('error', () => this.#giveUp());
    this.#worker = worker;
    return worker;
  }

  #hear(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    if (answer.kind === 'begun') {
      waiting.timer = setTimeout(() => this.#giveUp(), PATIENCE);
      return;
    }
    clearTimeout(waiting.timer);
    this.#waiting.delete(answer.id);
    waiting.tell(answer.lines);
  }

  /** Whoever waits gets no colours; the next text gets another worker. */
  #giveUp(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { tell, timer } of waiting) {
      clearTimeout(timer);
      tell(undefined);
    }
  }
}

const highlighter = new Highlighter();

interface Coloured {
  language: string;
  /** The lines as they were when they were coloured. */
  texts: string[];
  lines: Token[][];
}

/** Gives a line its colours, if it is still the one that was coloured. */
export type Colours = (index: number, text: string) => readonly Token[] | undefined;

/** The colours of `text`, as far as they are known; they come later, and follow it as it grows. */
export function useColours(text: string, language: string | undefined): Colours {
  const [coloured, setColoured] = useState<Coloured>();
  const wanted = useRef<{ text: string; language: string }>(undefined);
  const busy = useRef(false);
  const gone = useRef(false);

  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);

  useEffect(() => {
    if (language === undefined || text === '' || text.length > MOST_CHARACTERS) return;
    wanted.current = { text, language };
    const work = async (): Promise<void> => {
      busy.current = true;
      while (wanted.current !== undefined && !gone.current) {
        const now = wanted.current;
        wanted.current = undefined;
        const lines = await highlighter.highlight(now.language, now.text);
        if (lines !== undefined && !gone.current) {
          setColoured({ language: now.language, texts: now.text.split('\n'), lines });
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
      busy.current = false;
    };
    if (!busy.current) void work();
  }, [text, language]);

  return (index, line) => {
    if (coloured === undefined || coloured.language !== language) return undefined;
    return coloured.texts[index] === line ? coloured.lines[index] : undefined;
  };
}
