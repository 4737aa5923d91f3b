/** An event: on one line, and with everything that it holds where it is open. */
import type { LeoEvent } from '@leo/stream';
import { memo } from 'react';
import { plain } from '../text/ansi';
import { clock } from '../view/times';
import css from './events.module.css';
import { groupOf, isBad, letterOf, short, wordsOf } from './kinds';

/** Characters of an event's data that are shown; a file may stand in it. */
const MOST_DATA = 50_000;

interface Props {
  event: LeoEvent;
  result: LeoEvent | undefined;
  isOpen: boolean;
  onToggle: (seq: number) => void;
}

export const EventRow = memo(function EventRow({ event, result, isOpen, onToggle }: Props) {
  const bad = isBad(event) || (result !== undefined && isBad(result));
  return (
    <div className={css.event} data-seq={event.seq}>
      <button
        type="button"
        className={css.head}
        aria-expanded={isOpen}
        data-group={groupOf(event.type)}
        data-bad={bad || undefined}
        onClick={() => onToggle(event.seq)}
      >
        <span className={css.letter} aria-hidden="true">
          {letterOf(event.type)}
        </span>
        <span className={css.type}>{event.type}</span>
        <span className={css.words}>
          {event.type === 'log' ? plain(wordsOf(event)) : wordsOf(event)}
        </span>
        {result !== undefined && <Outcome result={result} use={event} />}
        <span className={css.time}>{clock(Date.parse(event.timestamp))}</span>
        <span className={css.seq}>{event.seq}</span>
      </button>
      {isOpen && (
        <div className={css.data}>
          <Data event={event} />
          {result !== undefined && <Data event={result} />}
        </div>
      )}
    </div>
  );
});

function Outcome({ result, use }: { result: LeoEvent; use: LeoEvent }) {
  const took = Date.parse(result.timestamp) - Date.parse(use.timestamp);
  return (
    <span className={css.outcome}>
      → {short(wordsOf(result))} {Number.isFinite(took) && `(${(took / 1000).toFixed(1)} s)`}
    </span>
  );
}

function Data({ event }: { event: LeoEvent }) {
  const whole = JSON.stringify(event.type === 'unknown' ? event.raw : event, null, 2);
  return (
    <pre tabIndex={0} aria-label={`Data of event ${event.seq}`}>
      {whole.slice(0, MOST_DATA)}
      {whole.length > MOST_DATA &&
        `\n… ${(whole.length - MOST_DATA).toLocaleString('en')} characters more`}
    </pre>
  );
}
