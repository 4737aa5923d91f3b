/**
 * One file: what it is, what is in it, and what can be done with it. Nothing of it is ever run, or taken
 * for HTML.
 */
import { useState, type ReactNode } from 'react';
import { Button, LinkButton } from '../../ui/button';
import { bytes } from '../../ui/bytes';
import { CopyButton } from '../../ui/copy';
import { Empty, Problem, Waiting } from '../../ui/notice';
import type { Entry, Kept } from '../entries';
import { Code } from './code';
import { useContents } from './contents';
import css from './file.module.css';
import { GoToLine } from './goto';
import { Head } from './head';
import { MOST_CHARACTERS } from './highlight';
import { languageOf } from './languages';
import { MOST, urlOf } from './pieces';
import { useWrap } from './preferences';
import type { Selected } from './selection';

/** What every way of showing a file needs. */
export interface FileProps {
  entry: Entry;
  /** Whether it begins at its end, because somebody follows what is written. */
  atEnd: boolean;
  selected: Selected | undefined;
  select: (selected: Selected) => void;
}

export function File(props: FileProps) {
  const { entry } = props;
  const { live, kept } = entry;
  if (live?.text !== undefined) return <Text {...props} text={live.text} />;
  if (kept === undefined) return <Untold {...props} />;
  if (isImage(kept)) return <Image {...props} kept={kept} />;
  return <Remote key={kept.file.sha256} {...props} kept={kept} />;
}

/** Images that the server lets browsers show. */
function isImage({ file }: Kept): boolean {
  return file.contentType?.startsWith('image/') === true && !file.contentType.includes('svg');
}

/** A text, all of it or its beginning. */
function Text({
  text,
  whole = true,
  children,
  ...props
}: FileProps & { text: string; whole?: boolean; children?: ReactNode }) {
  const { entry, atEnd, selected, select } = props;
  const [wrap, setWrap] = useWrap();
  const language = text.length > MOST_CHARACTERS ? undefined : languageOf(entry.path);
  return (
    <>
      <Head entry={entry}>
        <GoToLine go={(line) => select({ first: line, last: line })} />
        <Button small kind="quiet" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
          Wrap
        </Button>
        <CopyButton text={text} label={whole ? 'Copy' : 'Copy this part'} kind="quiet" />
      </Head>
      {entry.state === 'partial' && (
        <p className={css.note}>
          Its writing was cut off: what is here is what had come
          {entry.kept === undefined && ', and it is not among the files that were kept'}.
        </p>
      )}
      {text === '' && entry.state !== 'writing' ? (
        <Empty title="This file is empty" />
      ) : (
        <Code
          key={entry.path}
          label={entry.path}
          text={text}
          language={language}
          wrap={wrap}
          writing={entry.state === 'writing'}
          atEnd={atEnd || entry.state === 'writing'}
          selected={selected}
          select={select}
        />
      )}
      {children}
    </>
  );
}

/** A file whose contents are asked of the server. */
function Remote({ kept, ...props }: FileProps & { kept: Kept }) {
  const { query, text, loaded } = useContents(kept);
  const { size } = kept.file;
  if (query.isPending) {
    return (
      <>
        <Head entry={props.entry} />
        <Waiting>Loading the file</Waiting>
      </>
    );
  }
  if (query.data === undefined) {
    return (
      <>
        <Head entry={props.entry} />
        <Problem error={query.error} retry={() => void query.refetch()} />
      </>
    );
  }
  if (text === undefined) return <Binary {...props} kept={kept} />;
  return (
    <Text {...props} text={text} whole={loaded >= size}>
      {query.isFetchNextPageError && <Problem error={query.error} />}
      {loaded < size && (
        <p className={css.note}>
          {bytes(loaded)} of {bytes(size)} are shown.{' '}
          {query.hasNextPage ? (
            <Button
              small
              busy={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              Show more
            </Button>
          ) : (
            `${bytes(MOST)} is the most that is shown here. Download the file to see all of it.`
          )}
        </p>
      )}
    </Text>
  );
}

function Binary({ entry, kept }: FileProps & { kept: Kept }) {
  const type = kept.file.contentType;
  return (
    <>
      <Head entry={entry} />
      <Empty title="This file is not text">
        <p>
          {bytes(kept.file.size)}
          {type !== undefined && type !== 'application/octet-stream' && (
            <>
              , by its name <code>{type}</code>
            </>
          )}
        </p>
        <LinkButton href={urlOf(kept)} download="">
          Download it
        </LinkButton>
      </Empty>
    </>
  );
}

function Image({ entry, kept }: FileProps & { kept: Kept }) {
  const [told, setTold] = useState<string>();
  return (
    <>
      <Head entry={entry}>{told !== undefined && <span className={css.facts}>{told}</span>}</Head>
      <div className={css.image}>
        <img
          src={urlOf(kept)}
          alt={entry.path}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setTold(`${naturalWidth} × ${naturalHeight}`)
          }
          onError={() => setTold('cannot be shown: the browser does not take it for an image')}
        />
      </div>
    </>
  );
}

/** A file of which the stream does not hold the text, and the server not the file. */
function Untold({ entry }: FileProps) {
  return (
    <>
      <Head entry={entry} />
      <Empty title="Its text is not here">
        <p>
          {entry.state === 'writing' || entry.state === 'done'
            ? 'It is too long for the stream. It can be read when the job has ended.'
            : 'It was written in part, and was not kept.'}
        </p>
      </Empty>
    </>
  );
}
