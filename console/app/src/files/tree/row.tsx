/** A row of the tree: a file or a folder, with what there is to say of it. */
import { bytes } from '../../ui/bytes';
import { FileIcon, FolderIcon } from './icons';
import type { Row } from './rows';
import css from './tree.module.css';

/** `active`: where the keys are; `shown`: the file that is looked at. */
export function TreeRow({
  id,
  row,
  top,
  active,
  shown,
  use,
}: {
  id: string;
  row: Row;
  top: number;
  active: boolean;
  shown: boolean;
  use: () => void;
}) {
  const { node, level, place, of, open } = row;
  return (
    <div
      id={id}
      role="treeitem"
      className={css.row}
      aria-level={level}
      aria-posinset={place}
      aria-setsize={of}
      aria-selected={node.kind === 'file' ? shown : undefined}
      aria-expanded={node.kind === 'folder' ? open : undefined}
      data-active={active || undefined}
      style={{ transform: `translateY(${top}px)`, paddingLeft: 8 + (level - 1) * 14 }}
      title={node.path}
      onClick={use}
    >
      {node.kind === 'folder' ? <FolderIcon open={open} /> : <FileIcon />}
      <span className={css.name}>{node.name}</span>
      <Signs row={row} />
    </div>
  );
}

function Signs({ row: { node, open } }: { row: Row }) {
  if (node.kind === 'folder') {
    if (open) return null;
    return (
      <span className={css.signs}>
        {node.writing && <Sign tone="running" text="writing" />}
        <span>{node.files}</span>
      </span>
    );
  }
  const { state, mark, size } = node.entry;
  return (
    <span className={css.signs}>
      {state === 'writing' && <Sign tone="running" text="writing" />}
      {state === 'partial' && <Sign tone="failed" text="partial" />}
      {mark !== undefined && <Sign tone="info" text={mark} />}
      <span>{bytes(size)}</span>
    </span>
  );
}

function Sign({ tone, text }: { tone: string; text: string }) {
  return (
    <span className={css.sign} data-tone={tone}>
      {text}
    </span>
  );
}
