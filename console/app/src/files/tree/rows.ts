/** A tree as the rows that are shown of it, and how keys move among them. Pure. */
import type { Folder, Node } from './build';

/** A row. */
export interface Row {
  node: Node;
  /** From 1. */
  level: number;
  /** Its place among those beside it, from 1, and how many they are. */
  place: number;
  of: number;
  /** Of folders: whether what is in it is shown. */
  open: boolean;
}

/** The rows, from the top; `isOpen` says it of folders. */
export function rowsOf(root: Folder, isOpen: (path: string) => boolean): Row[] {
  const rows: Row[] = [];
  const walk = (folder: Folder, level: number): void => {
    folder.children.forEach((node, index) => {
      const open = node.kind === 'folder' && isOpen(node.path);
      rows.push({ node, level, place: index + 1, of: folder.children.length, open });
      if (open) walk(node, level + 1);
    });
  };
  walk(root, 1);
  return rows;
}

/** What a key asks for. */
export type Move =
  | { kind: 'to'; index: number }
  | { kind: 'open' | 'close'; path: string }
  | { kind: 'choose'; index: number }
  /** On the pattern's `*`: opens all folders beside the row. */
  | { kind: 'openAll'; paths: string[] };

/** What a key means in a tree, with the row at `index` being the active one; undefined: nothing. */
export function moveOf(rows: readonly Row[], index: number, key: string): Move | undefined {
  const row = rows[index];
  if (row === undefined) return rows.length > 0 ? { kind: 'to', index: 0 } : undefined;
  switch (key) {
    case 'ArrowDown':
      return to(Math.min(index + 1, rows.length - 1));
    case 'ArrowUp':
      return to(Math.max(index - 1, 0));
    case 'Home':
      return to(0);
    case 'End':
      return to(rows.length - 1);
    case 'ArrowRight':
      return inwards(rows, index, row);
    case 'ArrowLeft':
      return outwards(rows, index, row);
    case 'Enter':
    case ' ':
      return { kind: 'choose', index };
    case '*':
      return { kind: 'openAll', paths: beside(rows, index) };
    default:
      return undefined;
  }
}

function to(index: number): Move {
  return { kind: 'to', index };
}

function inwards(rows: readonly Row[], index: number, row: Row): Move | undefined {
  if (row.node.kind === 'file') return undefined;
  if (!row.open) return { kind: 'open', path: row.node.path };
  return (rows[index + 1]?.level ?? 0) > row.level ? to(index + 1) : undefined;
}

function outwards(rows: readonly Row[], index: number, row: Row): Move | undefined {
  if (row.open) return { kind: 'close', path: row.node.path };
  const parent = rows.findLastIndex((other, at) => at < index && other.level < row.level);
  return parent < 0 ? undefined : to(parent);
}

function beside(rows: readonly Row[], index: number): string[] {
  const path = rows[index]?.node.path ?? '';
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return rows
    .map(({ node }) => node)
    .filter((node) => node.kind === 'folder' && node.path === folder + node.name)
    .map((node) => node.path);
}

/** The next row behind `index` whose name begins with what was typed; -1 if there is none. */
export function typed(rows: readonly Row[], index: number, text: string): number {
  const wanted = text.toLowerCase();
  // Typing on may leave one where one is; a single letter goes on to the next.
  const first = text.length > 1 ? index : index + 1;
  for (let step = 0; step < rows.length; step += 1) {
    const at = (first + step) % rows.length;
    if (rows[at]?.node.name.toLowerCase().startsWith(wanted) === true) return at;
  }
  return -1;
}
