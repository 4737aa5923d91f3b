/**
 * The log of a job: everything that it has printed, while it prints and ever after.
 *
 * Promises: a log of a million lines scrolls as one of ten; whoever follows sees the end, whoever reads
 * is not moved; an address names a job, lines, a search and how they are shown, and works in another tab.
 */
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { LiveJob } from '../session/live/job';
import { useQuietSession, useSettled } from '../session/live/open';
import { useShown } from '../session/shown';
import { useShortcuts } from '../shell/shortcuts';
import { Empty, Waiting } from '../ui/notice';
import { hashOf, rangeOf, type Range } from './address';
import type { ListHandle } from './list/list';
import { Missing } from './missing';
import { keep, shapeOf } from './options';
import { Chosen } from './chosen';
import { Toolbar } from './toolbar';
import { useLines } from './uselines';
import { useLogSearch } from './usesearch';
import { LogList } from './view/list';
import css from './view/log.module.css';

export function LogView() {
  const shown = useShown();
  const isSettled = useSettled(useQuietSession());
  const { job } = shown;
  if (job?.live !== undefined) {
    return <JobLog key={job.id} job={job.live} isSettled={isSettled} />;
  }
  if (shown.missing && isSettled) {
    return (
      <Empty title="This session has no such job">
        <p>The address names a job that is not in this session.</p>
      </Empty>
    );
  }
  if (!isSettled || shown.all === undefined) return <Waiting>Fetching the log</Waiting>;
  return (
    <Empty title={job === undefined ? 'Nothing has run yet' : 'There is no log of this job'}>
      <p>
        {job === undefined
          ? 'Ask for something below, and what it prints appears here.'
          : 'It came with the session that this one was forked from, and its log stayed there.'}
      </p>
    </Empty>
  );
}

const ROUTE = '/inside/sessions/$sessionId/log';

function JobLog({ job, isSettled }: { job: LiveJob; isSettled: boolean }) {
  const search = useSearch({ from: ROUTE });
  const range = rangeOf(useLocation({ select: ({ hash }) => hash }));
  const navigate = useNavigate({ from: '/sessions/$sessionId/log' });
  const shape = shapeOf(search);
  const list = useRef<ListHandle>(null);
  const box = useRef<HTMLInputElement>(null);
  const [isFollowing, setFollowing] = useState(range === undefined);
  const lines = useLines(job);
  const [target, setTarget] = useTarget(range);

  const change = (next: Partial<typeof search>, hash?: string): void => {
    void navigate({
      search: (before) => ({ ...before, ...next }),
      hash: hash ?? true,
      replace: true,
      resetScroll: false,
      hashScrollIntoView: false,
    });
  };
  const show = (line: number): void => {
    list.current?.pause();
    setTarget({ line, of: target?.of });
  };
  const isGone = target?.line !== undefined && target.line < lines.source.first;
  useEffect(() => {
    // Once: who has stopped it, or knows that it failed, has a button.
    if (isGone && isSettled && lines.stored === undefined) lines.load();
  });
  const found = useLogSearch(job, search, range !== undefined, list, show, change);
  const onRange = (chosen: Range | undefined): void => {
    change({ job: job.id }, chosen === undefined ? '' : hashOf(chosen));
  };
  useShortcuts('Log', [
    { key: '/', label: 'Search the log', run: () => box.current?.select() },
    { key: 'n', label: 'Next hit', run: () => found.step(1) },
    { key: 'N', label: 'Hit before', run: () => found.step(-1) },
    { key: 'f', label: 'Follow the end, or stop', run: () => toggleFollowing(list, isFollowing) },
    { key: 'g', label: 'To the first line', run: () => list.current?.start() },
    { key: 'G', label: 'To the end', run: () => list.current?.follow() },
  ]);

  return (
    <section className={css.view} aria-label="Log">
      <Toolbar
        {...found}
        jobId={job.id}
        shape={shape}
        box={box}
        isFollowing={isFollowing}
        onStep={found.step}
        onLeave={() => list.current?.focus()}
        onFollow={() => toggleFollowing(list, isFollowing)}
        onTimes={(times) => {
          keep('times', times);
          change({ times });
        }}
        onWrap={(wrap) => {
          keep('wrap', wrap ? 'on' : 'off');
          change({ wrap: wrap ? 'on' : 'off' });
        }}
        onFilter={(stream) => change({ stream: stream === 'all' ? undefined : stream })}
      />
      <Missing job={job} lines={lines} target={target?.line} isSettled={isSettled} />
      {range !== undefined && (
        <Chosen job={job} source={lines.source} range={range} onClear={() => onRange(undefined)} />
      )}
      <LogList
        {...found}
        job={job}
        source={lines.source}
        shape={shape}
        range={range}
        target={target?.line}
        list={list}
        isFollowing={isFollowing}
        isSettled={isSettled}
        onShown={() => setTarget({ line: undefined, of: target?.of })}
        onFollowing={setFollowing}
        onRange={onRange}
      />
    </section>
  );
}

function toggleFollowing(
  list: { readonly current: ListHandle | null },
  isFollowing: boolean,
): void {
  if (isFollowing) list.current?.pause();
  else list.current?.follow();
}

/** A line to go to. */
interface Target {
  /** Undefined once one is there. */
  line: number | undefined;
  /** The lines of the address that it comes from. */
  of: string | undefined;
}

/** The line of the address whenever that changes, and whatever else is gone to. */
function useTarget(range: Range | undefined): [Target | undefined, (target: Target) => void] {
  const of = range === undefined ? undefined : hashOf(range);
  const [target, setTarget] = useState<Target>();
  if (target?.of !== of) {
    const next = { line: range?.from, of };
    setTarget(next);
    return [next, setTarget];
  }
  return [target, setTarget];
}
