// pg-boss: send, insert for many, and a loop of fetch and complete. Its own work() looks twice a
// second at most, so it would measure that timer. The loop takes as many jobs at once as run at
// once, or `FETCH_BATCH`. A user who is not to wait behind another has a queue of his own.

import PgBoss from "pg-boss";
import { bulk, pause, payload, settle } from "./common.mjs";

const AT_ONCE = 5_000;
/** How long the loop waits when there was nothing, in milliseconds. */
const LOOK_AGAIN = 10;

export async function open() {
  const boss = new PgBoss({ connectionString: process.env.DATABASE_URL, schedule: false });
  boss.on("error", (error) => console.error(error));
  await boss.start();
  const known = new Map();
  const made = (queue) => {
    if (!known.has(queue)) known.set(queue, boss.createQueue(queue));
    return known.get(queue);
  };
  const loop = async (queue, batchSize, handler) => {
    for (;;) {
      const jobs = await boss.fetch(queue, { batchSize });
      if (jobs.length === 0) {
        await pause(LOOK_AGAIN);
        continue;
      }
      for (const job of jobs) handler.started(job.data.n);
      await boss.complete(queue, jobs.map((job) => job.id));
      for (const job of jobs) handler.ended(job.data.n);
    }
  };
  return {
    async add(queue, n) {
      await made(queue);
      await boss.send(queue, payload(n));
    },
    async fill(queue, count) {
      await made(queue);
      for (const payloads of bulk(count, AT_ONCE)) {
        await boss.insert(payloads.map((data) => ({ name: queue, data })));
      }
    },
    settle,
    async work(queue, concurrency, handler) {
      await made(queue);
      const batchSize = Number(process.env.FETCH_BATCH ?? concurrency);
      loop(queue, batchSize, handler).catch((error) => {
        console.error(error);
        process.exit(1);
      });
    },
  };
}
