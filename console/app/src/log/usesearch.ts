/** The search of the log view: its words in the address, its hits, and the one that is looked at. */
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { LiveJob } from '../session/live/job';
import { useWatched } from '../session/live/signal';
import type { ListHandle } from './list/list';
import { asking } from './requests';
import { LogSearch } from './search';
import type { Query } from './text/marks';

/** Of the address. */
interface Words {
  q?: string;
  case?: string;
  regex?: string;
}

/** What a search shows and takes. */
export interface Found {
  query: Query;
  search: LogSearch | undefined;
  current: number | undefined;
  onQuery: (query: Query) => void;
  step: (by: 1 | -1) => void;
}

/** `isElsewhere`: the address names lines, so the first hit is not gone to by itself. */
export function useLogSearch(
  job: LiveJob,
  words: Words,
  isElsewhere: boolean,
  list: RefObject<ListHandle | null>,
  show: (line: number) => void,
  change: (words: { [K in keyof Words]: string | undefined }) => void,
): Found {
  const [text, caseSensitive, regex] = [words.q ?? '', words.case === 'on', words.regex === 'on'];
  const query: Query = { text, caseSensitive, regex };
  const [search, setSearch] = useState<LogSearch>();
  const [current, setCurrent] = useState<number>();
  /** Whether the first hit is gone to as soon as it is known. */
  const isEager = useRef(!isElsewhere);

  useEffect(() => {
    setCurrent(undefined);
    if (text === '') return;
    const made = new LogSearch(asking(job.id, { text, caseSensitive, regex }));
    made.lines(job.lines.count);
    setSearch(made);
    return () => {
      made.close();
      setSearch(undefined);
    };
  }, [job, text, caseSensitive, regex]);

  const go = (line: number | undefined): void => {
    if (line === undefined) return;
    setCurrent(line);
    show(line);
  };
  const step = (by: 1 | -1): void => {
    if (search === undefined || search.hits.length === 0) return;
    go(search.hits[stepped(search, current ?? firstLine(list), current !== undefined, by)]);
  };

  useWatched(search);
  useEffect(() => {
    if (!isEager.current || search === undefined || search.hits.length === 0) return;
    // The hits before it are listed first.
    if (!search.isListedTo(firstLine(list)) && !search.isComplete) return;
    isEager.current = false;
    step(1);
  });

  const onQuery = (next: Query): void => {
    isEager.current = true;
    change({
      q: next.text === '' ? undefined : next.text,
      case: next.caseSensitive ? 'on' : undefined,
      regex: next.regex ? 'on' : undefined,
    });
  };
  return { query, search, current, onQuery, step };
}

/** The first line that is seen. */
function firstLine(list: RefObject<ListHandle | null>): number {
  const key = list.current?.firstKey;
  return typeof key === 'number' ? key : 1;
}

/** The index of the hit after that line, or before it; behind the last comes the first again. */
function stepped(search: LogSearch, line: number, isHit: boolean, by: 1 | -1): number {
  const at = search.from(line);
  if (by === -1) return at > 0 ? at - 1 : search.isComplete ? search.hits.length - 1 : 0;
  const next = isHit && search.hits[at] === line ? at + 1 : at;
  if (next < search.hits.length) return next;
  return search.isComplete ? 0 : search.hits.length - 1;
}
