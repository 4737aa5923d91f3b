/** Small pictures. They say nothing that the words beside them, or the label of what holds them, does not. */
import type { ReactNode } from 'react';
import css from './ui.module.css';

/** `small`: within a row of text. */
function Icon({ small = false, children }: { small?: boolean; children: ReactNode }) {
  return (
    <svg
      className={small ? css.smallIcon : css.icon}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={small ? 1.75 : 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const PlusIcon = () => (
  <Icon>
    <path d="M8 3v10M3 8h10" />
  </Icon>
);

export const SearchIcon = () => (
  <Icon>
    <circle cx="7" cy="7" r="4" />
    <path d="m10 10 3.5 3.5" />
  </Icon>
);

export const SunIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="2.75" />
    <path d="M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1" />
  </Icon>
);

export const MoonIcon = () => (
  <Icon>
    <path d="M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z" />
  </Icon>
);

export const SystemIcon = () => (
  <Icon>
    <rect x="1.75" y="2.75" width="12.5" height="8.5" rx="1.25" />
    <path d="M5.5 13.5h5" />
  </Icon>
);

export const PersonIcon = () => (
  <Icon>
    <circle cx="8" cy="5.25" r="2.75" />
    <path d="M2.75 13.75a5.25 5.25 0 0 1 10.5 0" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon>
    <path d="m3 8.5 3.25 3.25L13 4.75" />
  </Icon>
);

export const CrossIcon = () => (
  <Icon>
    <path d="m4 4 8 8M12 4l-8 8" />
  </Icon>
);

export const WarningIcon = () => (
  <Icon>
    <path d="M8 2.25 14.5 13.5h-13ZM8 6.5v3M8 11.5v.01" />
  </Icon>
);

export const SkipIcon = () => (
  <Icon>
    <path d="M3.5 8h9" />
  </Icon>
);

export const CopyIcon = () => (
  <Icon>
    <rect x="5.25" y="5.25" width="8" height="8.5" rx="1.25" />
    <path d="M10.5 5V3.5A1.25 1.25 0 0 0 9.25 2.25h-5A1.5 1.5 0 0 0 2.75 3.75v6a1.25 1.25 0 0 0 1.25 1.25h1" />
  </Icon>
);

export const PencilIcon = () => (
  <Icon>
    <path d="M2.75 13.25 3.5 10.25 10.75 3a1.6 1.6 0 0 1 2.25 2.25L5.75 12.5Z" />
  </Icon>
);

export const TrashIcon = () => (
  <Icon>
    <path d="M2.75 4.25h10.5M6 4V2.75h4V4M4.25 4.5l.6 8.75h6.3l.6-8.75" />
  </Icon>
);

export const UpIcon = () => (
  <Icon small>
    <path d="m3.5 10 4.5-4.5 4.5 4.5" />
  </Icon>
);

export const DownIcon = () => (
  <Icon small>
    <path d="m3.5 6 4.5 4.5L12.5 6" />
  </Icon>
);

export const RightIcon = () => (
  <Icon small>
    <path d="m6 3.5 4.5 4.5L6 12.5" />
  </Icon>
);

export const EndIcon = () => (
  <Icon small>
    <path d="M8 2.5v8M4.5 7 8 10.5 11.5 7M3 13.5h10" />
  </Icon>
);
