/**
 * The files of a job: a tree of them, and the one that is looked at. They grow while it runs.
 *
 * The address holds the job, the file and the lines, so that what is shown can be shared.
 */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuietSession, useSettled } from '../session/live/open';
import { useShown, type SessionJob } from '../session/shown';
import { Empty, Waiting } from '../ui/notice';
import { firstToShow } from './entries';
import { Notices } from './notices';
import css from './page.module.css';
import { useSource, type Source } from './source';
import { Sidebar } from './sidebar';
import { File } from './viewer/file';
import { lineOf, selectedOf, type Selected } from './viewer/selection';

const HERE = '/inside/sessions/$sessionId/files';

export function FilesView() {
  const { all, job, missing } = useShown();
  if (all === undefined) return <Waiting>Loading the session</Waiting>;
  if (job === undefined) return missing ? <NoSuchJob /> : <NothingYet />;
  return <FilesOf key={job.id} job={job} first={job.number === 1} />;
}

function NothingYet() {
  return (
    <Empty title="No files yet">
      <p>Files appear here as soon as the first prompt is being worked on.</p>
    </Empty>
  );
}

function NoSuchJob() {
  return (
    <Empty title="No such job">
      <p>The job of this address is not in this session.</p>
    </Empty>
  );
}

function FilesOf({ job, first }: { job: SessionJob; first: boolean }) {
  const source = useSource(job, first);
  const { path, line } = useSearch({ from: HERE });
  const go = useGo();
  const [follow, setFollow, seen] = useFollow(source, path);
  const shown = follow ? source.latest : (path ?? firstToShow(source.entries));
  const entry = source.entries.find((one) => one.path === shown);
  const choose = (chosen: string): void => {
    setFollow(false);
    go(chosen, undefined);
  };
  const select = (selected: Selected): void => {
    setFollow(false);
    if (shown !== undefined) go(shown, selected);
  };

  return (
    <div className={css.view}>
      <Notices source={source} />
      {source.entries.length === 0 ? (
        <Nothing source={source} />
      ) : (
        <div className={css.panes}>
          <Sidebar
            source={source}
            shown={shown}
            choose={choose}
            follow={follow}
            setFollow={seen ? setFollow : undefined}
          />
          <section className={css.file} aria-label="File">
            {entry === undefined ? (
              <NotThere path={shown} />
            ) : (
              <File
                entry={entry}
                atEnd={follow && source.running}
                selected={follow ? undefined : selectedOf(line)}
                select={select}
              />
            )}
          </section>
        </div>
      )}
    </div>
  );
}

/** Goes to a file, and lines of it; moving within a file leaves no trace in the history. */
function useGo(): (path: string, selected: Selected | undefined) => void {
  const navigate = useNavigate();
  const search = useSearch({ from: HERE });
  return (path, selected) => {
    const { path: before, line: _, ...rest } = search;
    void navigate({
      from: '/sessions/$sessionId/files',
      to: '.',
      search: { ...rest, path, ...(selected !== undefined && { line: lineOf(selected) }) },
      replace: path === before,
      resetScroll: false,
    });
  };
}

/**
 * Whether the file that is being written is shown: so it begins, unless the address names one. Then what
 * changes that, and whether the job was seen running.
 */
function useFollow(
  source: Source,
  path: string | undefined,
): [boolean, (follow: boolean) => void, boolean] {
  const [chosen, choose] = useState<boolean>();
  const [seen, setSeen] = useState(false);
  const settled = useSettled(useQuietSession());
  // Whoever has seen it run stays at the file that was written last when it ends.
  if (source.running && settled && !seen) setSeen(true);
  const follow = seen && source.latest !== undefined && (chosen ?? path === undefined);
  return [follow, choose, seen];
}

function Nothing({ source }: { source: Source }) {
  if (source.pending) return <Waiting>Loading the files</Waiting>;
  if (source.error !== undefined) return null;
  return source.running ? (
    <Empty title="No files yet">
      <p>
        {source.job.status === 'queued'
          ? 'The job waits for its turn. Files appear here as they are written.'
          : 'Files appear here as they are written.'}
      </p>
    </Empty>
  ) : (
    <Empty title="There are no files">
      <p>The app of this job has none.</p>
    </Empty>
  );
}

function NotThere({ path }: { path: string | undefined }) {
  return (
    <Empty title="No such file">
      <p>
        {path === undefined ? (
          'Choose a file.'
        ) : (
          <>
            <code>{path}</code> is not among the files of this version.
          </>
        )}
      </p>
    </Empty>
  );
}
