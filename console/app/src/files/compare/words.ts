/** What a comparison says, in words. Pure. */
import type { Schemas } from '../../api/client';
import { bytes } from '../../ui/bytes';

type FileChange = Schemas['FileChange'];

/** Why a file comes without hunks. */
export const OMITTED: Readonly<Record<Schemas['Omitted'], string>> = {
  binary: 'It is not text, so no lines are compared.',
  too_large: 'It is larger than 1 MiB, so its lines are not compared.',
  answer_full: 'Its lines are left out: there are too many changes for one answer.',
  time: 'Its lines are left out: comparing all files takes too long.',
};

/** What has become of its rights, if anything. */
export function modeOf({ from, to }: FileChange): string | undefined {
  if (from == null || to == null || from.executable === to.executable) return undefined;
  return to.executable ? 'can be executed since' : 'cannot be executed since';
}

/** How its size has changed: `1.2 KiB → 3 KiB`. */
export function sizesOf({ from, to }: FileChange): string {
  const sizes = [from, to].filter((side) => side != null).map((side) => bytes(side.size));
  return sizes[0] === sizes[1] ? (sizes[0] ?? '') : sizes.join(' → ');
}

function count(number: number, word: string): string | undefined {
  return number === 0 ? undefined : `${number} ${word}`;
}

/** `2 added, 1 modified`. */
export function totalsOf(totals: Schemas['DiffTotals']): string {
  const { added, modified, renamed, removed } = totals;
  const parts = [
    count(added, 'added'),
    count(modified, 'modified'),
    count(renamed, 'renamed'),
    count(removed, 'removed'),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}
