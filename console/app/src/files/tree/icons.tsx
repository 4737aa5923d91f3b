/** Small drawings. */
import css from './tree.module.css';

export function FolderIcon({ open }: { open: boolean }) {
  return (
    <svg className={css.icon} viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={open ? 'M4 6l4 4 4-4' : 'M6 4l4 4-4 4'}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
      />
    </svg>
  );
}

export function FileIcon() {
  return (
    <svg className={css.icon} viewBox="0 0 16 16" aria-hidden="true">
      <path
        d="M4.5 2.5h4.5l2.5 2.5v8.5h-7z M9 2.5v2.5h2.5"
        fill="none"
        stroke="currentColor"
        strokeLinejoin="round"
      />
    </svg>
  );
}
