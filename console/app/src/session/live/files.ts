/**
 * The files of a job while they are written: what the stream has told so far, and no more.
 *
 * A finished job's files are the server's (`GET /api/jobs/{id}/files`); these are for watching. Texts are
 * kept up to a budget, then the oldest finished ones go, and `text` is undefined.
 */
import { Signal } from './signal';

/** How far a file is. */
export type FileState =
  /** Being written. */
  | 'writing'
  | 'done'
  /** The model's answer ended inside it. */
  | 'partial';

/** A file. */
export interface LiveFile {
  path: string;
  state: FileState;
  /** What is written so far; undefined where it was too much to keep. */
  text: string | undefined;
  /** In bytes where it is finished, in characters while it is written. */
  size: number;
  sha256: string | undefined;
  /** The phase in which it was written last, from 1; 0 before the first. */
  phase: number;
  /** The `seq` of its last change; grows with each. */
  changedAt: number;
}

/** Characters of all texts together. */
const BUDGET = 32 << 20;

/** The files of a job, in the order in which they were begun. */
export class Files extends Signal {
  readonly all = new Map<string, LiveFile>();
  /** The path that is being written, or was last. */
  latest: string | undefined;
  #kept = 0;

  start(seq: number, path: string, phase: number): void {
    this.#forget(this.all.get(path));
    this.#put({
      path,
      state: 'writing',
      text: '',
      size: 0,
      sha256: undefined,
      phase,
      changedAt: seq,
    });
  }

  append(seq: number, path: string, chunk: string, phase: number): void {
    if (!this.all.has(path)) this.start(seq, path, phase);
    const file = this.all.get(path);
    if (file === undefined) return;
    if (file.text !== undefined) {
      file.text += chunk;
      this.#kept += chunk.length;
    }
    file.size += chunk.length;
    file.state = 'writing';
    this.#changed(file, seq);
  }

  end(
    seq: number,
    end: { path: string; size: number; sha256: string; content?: string; partial?: boolean },
    phase: number,
  ): void {
    if (!this.all.has(end.path)) this.start(seq, end.path, phase);
    const file = this.all.get(end.path);
    if (file === undefined) return;
    if (end.content !== undefined) {
      this.#kept += end.content.length - (file.text?.length ?? 0);
      file.text = end.content;
    } else if (file.text === '' && end.size > 0) {
      file.text = undefined;
    }
    file.size = end.size;
    file.sha256 = end.sha256;
    file.state = end.partial === true ? 'partial' : 'done';
    file.phase = phase;
    this.#changed(file, seq);
  }

  /** A new attempt begins with the files that there were; what was half-written will be written again. */
  interrupted(): void {
    for (const file of this.all.values()) if (file.state === 'writing') file.state = 'partial';
    this.touch();
  }

  #put(file: LiveFile): void {
    this.all.set(file.path, file);
    this.latest = file.path;
    this.touch();
  }

  #changed(file: LiveFile, seq: number): void {
    file.changedAt = seq;
    this.latest = file.path;
    if (this.#kept > BUDGET) this.#makeRoom();
    this.touch();
  }

  #makeRoom(): void {
    for (const file of this.all.values()) {
      if (this.#kept <= BUDGET / 2) return;
      if (file.path !== this.latest) this.#forget(file);
    }
  }

  #forget(file: LiveFile | undefined): void {
    this.#kept -= file?.text?.length ?? 0;
    if (file !== undefined) file.text = undefined;
  }
}
