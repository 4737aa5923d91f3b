/**
 * The page's code, called from ours.
 */

/** Calls it. What it throws reaches the platform as an unhandled error, and stops nothing here. */
export function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
