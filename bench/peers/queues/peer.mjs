// One of the queues, driven by leo-bench: node peer.mjs NAME.
//
// Each line of stdin is a command in JSON; each gets one line of JSON as its answer. Submitting and
// working are told to different processes, as in real life. All times are microseconds of the
// machine's monotonic clock, which is the same for all processes. Ends with its stdin.

import { createInterface } from "node:readline";
import { now, pause, within } from "./common.mjs";

const { open } = await import(`./${process.argv[2]}.mjs`);
const peer = await open();
const started = [];
const ended = [];
let changed = () => {};

/** What a job does: it is noted. */
const handler = {
  started(n) {
    started.push([n, now()]);
  },
  ended(n) {
    ended.push([n, now()]);
    changed();
  },
};

/** Resolves when so many jobs have ended. */
function allEnded(count) {
  return new Promise((resolve) => {
    changed = () => ended.length >= count && resolve();
    changed();
  });
}

const commands = {
  /** Puts jobs into a queue in bulk, and lets the server come to rest. */
  async fill({ queue, count, grouped }) {
    const begun = now();
    await peer.fill(queue, count, grouped);
    const seconds = (now() - begun) / 1e6;
    await peer.settle();
    return { seconds };
  },

  /** Begins to work. A job of the queue `hold` never ends. */
  async work({ queue, concurrency, held }) {
    await peer.work(queue, concurrency, handler, held);
    return {};
  },

  /** Submits jobs at random moments, `rate` a second on average, each without waiting for the last. */
  async submit({ queue, first, count, rate }) {
    const submitted = [];
    const adding = [];
    let due = now();
    for (let n = first; n < first + count; n++) {
      due += (-Math.log(1 - Math.random()) / rate) * 1e6;
      await pause((due - now()) / 1000);
      submitted.push([n, now()]);
      adding.push(peer.add(queue, n));
    }
    await Promise.all(adding);
    return { submitted };
  },

  /** The moments of all starts, once so many jobs have ended, or after so many seconds. */
  async ended({ count, seconds }) {
    await within(seconds, allEnded(count));
    return { started, now: now() };
  },

  /**
   * Jobs a second, from the end of job number `skip` to the end of job number `count`, or, where
   * that is sooner, to the last one in so many seconds.
   */
  async drain({ queue, concurrency, skip, count, seconds }) {
    const begun = now();
    await peer.work(queue, concurrency, handler, 0);
    await within(seconds, allEnded(count));
    const moments = ended.slice(0, count).map(([, at]) => at);
    const from = moments.length > skip ? moments[skip - 1] : begun;
    const drained = moments.length > skip ? moments.length - skip : moments.length;
    return { rate: drained > 0 ? drained / ((moments.at(-1) - from) / 1e6) : 0 };
  },
};

const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
answer({ ready: true });
createInterface({ input: process.stdin })
  .on("line", async (line) => {
    const command = JSON.parse(line);
    try {
      answer(await commands[command.do](command));
    } catch (error) {
      answer({ error: String(error?.message ?? error) });
    }
  })
  .on("close", () => process.exit());
