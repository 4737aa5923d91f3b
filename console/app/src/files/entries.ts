/**
 * The files of a job from everything that is known of them: what the stream has told, what the server keeps
 * of the job, and what there was before it.
 */
import type { Schemas } from '../api/client';
import type { FileState, LiveFile } from '../session/live/files';

/** What a job has done to a file. */
export type Mark = 'new' | 'changed';

/** A file as the server keeps it. */
export interface Kept {
  /** The job of whose files it is one. */
  jobId: string;
  file: Schemas['FileEntry'];
}

/** A file to show. */
export interface Entry {
  path: string;
  /** Bytes; characters while it is written. */
  size: number;
  /** How far it is, where it was written under our eyes. */
  state: FileState | undefined;
  /** Absent where it is as it was, or where there was nothing before the job. */
  mark: Mark | undefined;
  /** As the stream has told it, where that is what the job has left. */
  live: LiveFile | undefined;
  kept: Kept | undefined;
}

/** A list of the server. */
export interface List {
  jobId: string;
  files: readonly Schemas['FileEntry'][];
}

/** While a job runs: what there was before it, and over that what it has written. */
export function whileRunning(live: Iterable<LiveFile>, base: List | undefined): Entry[] {
  const entries = new Map<string, Entry>();
  for (const file of base?.files ?? []) entries.set(file.path, keptOf(file, base?.jobId ?? ''));
  for (const file of live) {
    const before = entries.get(file.path)?.kept;
    entries.set(file.path, {
      path: file.path,
      size: file.size,
      state: file.state,
      mark: base === undefined ? undefined : markOf(before, file),
      live: file,
      // What is being written is not what is kept.
      kept: before?.file.sha256 === file.sha256 ? before : undefined,
    });
  }
  return [...entries.values()];
}

function markOf(before: Kept | undefined, file: LiveFile): Mark | undefined {
  if (before === undefined) return 'new';
  return before.file.sha256 === file.sha256 ? undefined : 'changed';
}

/**
 * Once the server has the job's files: those, with what the stream knows of them, and behind them what was
 * cut off while it was written and is nowhere else. `changes` is what has become of each since before the
 * job, where that was asked for.
 */
export function atTheEnd(
  list: List,
  live: ReadonlyMap<string, LiveFile>,
  changes: readonly Schemas['FileChange'][],
): Entry[] {
  const marks = new Map(changes.map(({ path, change }) => [path, change]));
  const listed = new Set(list.files.map(({ path }) => path));
  const entries = list.files.map((file): Entry => {
    const told = live.get(file.path);
    const change = marks.get(file.path);
    return {
      ...keptOf(file, list.jobId),
      state: told?.state === 'partial' ? 'partial' : undefined,
      mark: change === undefined ? undefined : change === 'modified' ? 'changed' : 'new',
      live: told?.sha256 === file.sha256 ? told : undefined,
    };
  });
  const cutOff = [...live.values()].filter(
    ({ path, state }) => state === 'partial' && !listed.has(path),
  );
  return [...entries, ...cutOff.map(streamedOf)];
}

/** As the stream alone has told it. */
function streamedOf(file: LiveFile): Entry {
  const { path, size, state } = file;
  return { path, size, state, mark: undefined, live: file, kept: undefined };
}

function keptOf(file: Schemas['FileEntry'], jobId: string): Entry {
  const { path, size } = file;
  return { path, size, state: undefined, mark: undefined, live: undefined, kept: { jobId, file } };
}

/** What one wants to see first of an app that one has not looked at. */
export function firstToShow(entries: readonly Entry[]): string | undefined {
  const paths = entries.map(({ path }) => path);
  return (
    paths.find((path) => path === 'README.md') ??
    paths.find((path) => path === 'index.html') ??
    paths[0]
  );
}
