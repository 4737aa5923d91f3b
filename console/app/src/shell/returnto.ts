/** Where one goes after signing in. The address bar says it, so anybody may have written it. */

/** The path of this site that `value` names, with its search and hash; `/` where it names none. */
export function safeReturnTo(value: string | undefined, origin = location.origin): string {
  if (value === undefined || !isPath(value)) return '/';
  let url: URL;
  try {
    url = new URL(value, origin);
  } catch {
    return '/';
  }
  const path = url.pathname + url.search + url.hash;
  // Taking the dots out of `/.//elsewhere` leaves another site's address.
  const away = url.origin !== origin || !isPath(path);
  return away || url.pathname === '/sign-in' ? '/' : path;
}

/** `//…` and, to browsers, `/\…` are other sites; tabs and line breaks are left out before they look. */
function isPath(value: string): boolean {
  return /^\/(?![/\\])/.test(value) && !/[\t\r\n]/.test(value);
}
