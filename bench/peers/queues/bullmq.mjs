// BullMQ: Queue.add, Queue.addBulk for many, one Worker. A user who is not to wait behind another
// has a queue of his own (groups are in the paid edition only).

import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { bulk, payload, redisAddress } from "./common.mjs";

const AT_ONCE = 1000;

export async function open() {
  const connection = new Redis(redisAddress(), { maxRetriesPerRequest: null });
  const queues = new Map();
  const queueOf = (name) => {
    if (!queues.has(name)) {
      const defaultJobOptions = { removeOnComplete: true, removeOnFail: true };
      queues.set(name, new Queue(name, { connection, defaultJobOptions }));
    }
    return queues.get(name);
  };
  return {
    add: (queue, n) => queueOf(queue).add("job", payload(n)),
    async fill(queue, count) {
      for (const payloads of bulk(count, AT_ONCE)) {
        await queueOf(queue).addBulk(payloads.map((data) => ({ name: "job", data })));
      }
    },
    async settle() {},
    async work(queue, concurrency, handler) {
      const run = async (job) => handler.started(job.data.n);
      const worker = new Worker(queue, run, { connection, concurrency });
      worker.on("completed", (job) => handler.ended(job.data.n));
      await worker.waitUntilReady();
    },
  };
}
