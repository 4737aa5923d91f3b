/** What is asked of addresses and passwords before they are sent, and what the answers mean in words. */
import { ApiError } from '../api/client';
import { words } from '../ui/notice';
import { duration } from '../ui/time';

/** Characters of a password, at least and at most; as docs/api.md has them. */
const SHORTEST = 8;
const LONGEST = 256;

/** What is wrong with an address; undefined: nothing that shows here. */
export function wrongAddress(address: string): string | undefined {
  if (address.trim() === '') return 'Enter your email address.';
  return /^[^\s@]+@[^\s@]+$/.test(address.trim())
    ? undefined
    : 'An address has an @ with something on both sides, like you@example.com.';
}

/** What is wrong with a password that is to be. */
export function wrongNewPassword(password: string, address: string): string | undefined {
  const length = [...password].length;
  if (length < SHORTEST) return `Use at least ${SHORTEST} characters.`;
  if (length > LONGEST) return `Use at most ${LONGEST} characters.`;
  if (password.toLowerCase() === address.trim().toLowerCase()) {
    return 'Your address is no password: others know it.';
  }
  return undefined;
}

const WORDS: Readonly<Record<string, string>> = {
  bad_credentials: 'The address or the password is not right.',
  account_exists: 'There is an account with this address already. Sign in with it instead.',
  registration_closed: 'New accounts cannot be made here. Ask whoever runs this server for one.',
  account_closed: 'This account is closed. Ask whoever runs this server.',
};

/** What came of signing in or registering, in words. */
export function signInWords(error: unknown): string {
  if (!(error instanceof ApiError)) return words(error);
  if (error.code === 'too_many_attempts') {
    const when =
      error.retryAfter === undefined ? 'later' : `in ${duration(error.retryAfter * 1000)}`;
    return `There were too many attempts. Try again ${when}.`;
  }
  return WORDS[error.code] ?? error.message;
}
