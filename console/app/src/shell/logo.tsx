/** Leo's sign: the same as the icon of the page. */
export function Logo() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#14161c" />
      <path
        d="M11 7v15h10"
        fill="none"
        stroke="#f4f5f7"
        strokeWidth="4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="23" cy="10" r="5" fill="#7c8cff" />
    </svg>
  );
}
