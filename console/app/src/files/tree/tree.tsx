/**
 * The tree of files, by the ARIA pattern: one stop for Tab, arrows within, letters find names.
 *
 * Only the rows on screen are there.
 */
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import type { Folder } from './build';
import { TreeRow } from './row';
import { moveOf, rowsOf, typed, type Move, type Row } from './rows';
import css from './tree.module.css';
import { useWindow } from './window';

/** The height of a row, in pixels; `tree.module.css` has it too. */
const ROW = 28;
/** Letters belong together that come within so many milliseconds. */
const TYPING = 600;
/** Larger trees begin with their folders closed. */
const MOST_OPEN = 200;

/** `choose` is told the file that somebody wants to see. */
export function Tree({
  root,
  allOpen,
  shown,
  choose,
}: {
  root: Folder;
  /** Whether no folder is closed, because what is shown was searched for. */
  allOpen: boolean;
  shown: string | undefined;
  choose: (path: string) => void;
}) {
  const id = useId();
  const folders = useFolders(root, allOpen, shown);
  const rows = rowsOf(root, folders.isOpen);
  const [active, setActive] = useState<string>();
  const at = rows.findIndex(({ node }) => node.path === (active ?? shown));
  const index = at < 0 ? 0 : at;
  const scroller = useRef<HTMLDivElement>(null);
  const seen = useWindow(scroller, rows.length, ROW);
  const letters = useLetters();

  useShown(rows, shown, seen.show);

  const activate = (to: number): void => {
    setActive(rows[to]?.node.path);
    seen.show(to);
  };
  const use = (row: Row | undefined): void => {
    if (row === undefined) return;
    setActive(row.node.path);
    if (row.node.kind === 'file') choose(row.node.path);
    else folders.set([row.node.path], !row.open);
  };
  const carryOut = (move: Move): void => {
    if (move.kind === 'to') activate(move.index);
    else if (move.kind === 'choose') use(rows[move.index]);
    else if (move.kind === 'openAll') folders.set(move.paths, true);
    else folders.set([move.path], move.kind === 'open');
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = moveOf(rows, index, event.key);
    if (move !== undefined) carryOut(move);
    else if (event.key.length === 1) {
      const found = typed(rows, index, letters(event.key));
      if (found >= 0) activate(found);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={scroller}
      className={css.tree}
      role="tree"
      aria-label="Files"
      tabIndex={0}
      aria-activedescendant={rows.length > 0 ? `${id}-${index}` : undefined}
      onKeyDown={onKey}
    >
      <div role="none" className={css.rows} style={{ height: rows.length * ROW }}>
        {rows.slice(seen.from, seen.to).map((row, offset) => {
          const at = seen.from + offset;
          return (
            <TreeRow
              key={row.node.path + row.node.kind}
              id={`${id}-${at}`}
              row={row}
              top={at * ROW}
              active={at === index}
              shown={row.node.path === shown}
              use={() => use(row)}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Brings what is shown on screen when it changes, or when it comes. */
function useShown(
  rows: readonly Row[],
  shown: string | undefined,
  show: (index: number) => void,
): void {
  const at = rows.findIndex(({ node }) => node.path === shown);
  const latest = useRef({ at, show });
  latest.current = { at, show };
  const there = at >= 0;
  useEffect(() => {
    if (there) latest.current.show(latest.current.at);
  }, [shown, there]);
}

/** Which folders are open: those that somebody has opened, and as a beginning all or none. */
function useFolders(root: Folder, allOpen: boolean, shown: string | undefined) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const begin = root.files <= MOST_OPEN;
  const set = (paths: readonly string[], open: boolean): void =>
    setChosen((before) => new Map([...before, ...paths.map((path) => [path, open] as const)]));
  // What is shown can be seen, also where somebody has come to it by its address.
  useEffect(() => {
    if (shown === undefined || begin) return;
    const parts = shown.split('/').slice(0, -1);
    set(
      parts.map((_, index) => parts.slice(0, index + 1).join('/')),
      true,
    );
  }, [shown, begin]);
  return { isOpen: (path: string) => allOpen || (chosen.get(path) ?? begin), set };
}

/** Letters that were typed together, with this one. */
function useLetters(): (letter: string) => string {
  const so = useRef({ text: '', at: 0 });
  return (letter) => {
    const now = Date.now();
    const text = now - so.current.at < TYPING ? so.current.text + letter : letter;
    so.current = { text, at: now };
    return text;
  };
}
