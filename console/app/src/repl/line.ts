/**
 * The line that is being typed: its text, its cursor, and what keys do to them. Draws nothing.
 *
 * Moves by what people see as one character, so half an emoji is never left behind.
 */
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Characters of a line at most; what is pasted beyond is cut. */
const LONGEST = 100_000;

export class Line {
  text = '';
  /** In UTF-16 units, always between two characters. */
  cursor = 0;
  /** What Ctrl+K, Ctrl+U and Ctrl+W have taken last, for Ctrl+Y. */
  #taken = '';

  set(text: string): void {
    this.text = text;
    this.cursor = text.length;
  }

  /** Puts text in at the cursor. */
  insert(text: string): void {
    const fits = text.slice(0, Math.max(0, LONGEST - this.text.length));
    this.#replace(this.cursor, this.cursor, fits);
  }

  left(): void {
    this.cursor = this.#before();
  }

  right(): void {
    this.cursor = this.#after();
  }

  home(): void {
    this.cursor = 0;
  }

  end(): void {
    this.cursor = this.text.length;
  }

  wordLeft(): void {
    this.cursor = this.#wordStart();
  }

  wordRight(): void {
    const rest = this.text.slice(this.cursor);
    this.cursor += /^\s*\S*/.exec(rest)?.[0].length ?? 0;
  }

  backspace(): void {
    this.#replace(this.#before(), this.cursor, '');
  }

  delete(): void {
    this.#replace(this.cursor, this.#after(), '');
  }

  killToEnd(): void {
    this.#kill(this.cursor, this.text.length);
  }

  killToStart(): void {
    this.#kill(0, this.cursor);
  }

  killWord(): void {
    this.#kill(this.#wordStart(), this.cursor);
  }

  yank(): void {
    this.insert(this.#taken);
  }

  #kill(from: number, to: number): void {
    if (from < to) this.#taken = this.text.slice(from, to);
    this.#replace(from, to, '');
  }

  #replace(from: number, to: number, text: string): void {
    this.text = this.text.slice(0, from) + text + this.text.slice(to);
    this.cursor = from + text.length;
  }

  #wordStart(): number {
    return /\S*\s*$/.exec(this.text.slice(0, this.cursor))?.index ?? 0;
  }

  #before(): number {
    const parts = [...characters.segment(this.text.slice(0, this.cursor))];
    return parts.at(-1)?.index ?? 0;
  }

  #after(): number {
    const [next] = characters.segment(this.text.slice(this.cursor));
    return this.cursor + (next?.segment.length ?? 0);
  }
}
