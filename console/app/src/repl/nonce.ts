/**
 * Style elements that the page's policy lets in.
 *
 * xterm makes `<style>` elements while it opens, from `document` itself, and has no setting for their
 * nonce. While `work` runs, those that are made carry that of the page.
 */

/** The nonce of the page; undefined where it has none, in development. */
function pageNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
}

/** Runs `work`. */
export function withNonce<T>(work: () => T): T {
  const nonce = pageNonce();
  if (nonce === undefined || nonce === '') return work();
  const make = Document.prototype.createElement;
  // On this one document, in front of the method of all.
  document.createElement = function (
    this: Document,
    name: string,
    options?: ElementCreationOptions,
  ) {
    const element = make.call(this, name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  } as typeof document.createElement;
  try {
    return work();
  } finally {
    Reflect.deleteProperty(document, 'createElement');
  }
}
