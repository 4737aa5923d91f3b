/** Paths as a tree: folders first, each level by name. Pure. */
import type { Entry } from '../entries';

/** A file. */
export interface Leaf {
  kind: 'file';
  name: string;
  path: string;
  entry: Entry;
}

/** A folder, with what is to be said of everything in it. */
export interface Folder {
  kind: 'folder';
  name: string;
  path: string;
  children: Node[];
  /** Files below it, at any depth. */
  files: number;
  size: number;
  /** Whether one of them is being written. */
  writing: boolean;
}

export type Node = Leaf | Folder;

const names = new Intl.Collator('en', { numeric: true });

/** The tree of these files. */
export function build(entries: readonly Entry[]): Folder {
  const root = folder('', '');
  const folders = new Map([['', root]]);
  for (const entry of entries) {
    const slash = entry.path.lastIndexOf('/');
    const parent = folderAt(folders, slash < 0 ? '' : entry.path.slice(0, slash));
    const name = entry.path.slice(slash + 1);
    parent.children.push({ kind: 'file', name, path: entry.path, entry });
  }
  total(root);
  return root;
}

function folder(path: string, name: string): Folder {
  return { kind: 'folder', name, path, children: [], files: 0, size: 0, writing: false };
}

/** Makes it, and those above it, where they are not there yet. */
function folderAt(folders: Map<string, Folder>, path: string): Folder {
  const known = folders.get(path);
  if (known !== undefined) return known;
  const slash = path.lastIndexOf('/');
  const parent = folderAt(folders, slash < 0 ? '' : path.slice(0, slash));
  const made = folder(path, path.slice(slash + 1));
  parent.children.push(made);
  folders.set(path, made);
  return made;
}

function total(of: Folder): void {
  for (const child of of.children) {
    if (child.kind === 'folder') {
      total(child);
      of.files += child.files;
      of.size += child.size;
      of.writing ||= child.writing;
    } else {
      of.files += 1;
      of.size += child.entry.size;
      of.writing ||= child.entry.state === 'writing';
    }
  }
  of.children.sort(
    (a, b) =>
      Number(a.kind === 'file') - Number(b.kind === 'file') || names.compare(a.name, b.name),
  );
}

/** Those whose path holds the text, whatever its capitals. */
export function matching(entries: readonly Entry[], text: string): readonly Entry[] {
  const wanted = text.trim().toLowerCase();
  return wanted === ''
    ? entries
    : entries.filter(({ path }) => path.toLowerCase().includes(wanted));
}
