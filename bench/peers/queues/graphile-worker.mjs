// graphile-worker: add_job with LISTEN/NOTIFY, add_jobs for many. A user who is not to hold up
// others has a named queue, of which one job runs at a time. `LOCAL_QUEUE=1` is its preset for
// throughput: it fetches 500 jobs at once and completes in batches.

import { Logger, makeWorkerUtils, run } from "graphile-worker";
import pg from "pg";
import { bulk, payload, settle } from "./common.mjs";

const AT_ONCE = 10_000;
const LOCAL_QUEUE = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };
const MOST_CONNECTIONS = 40;
const ADD_JOBS = `select from graphile_worker.add_jobs(array(
  select ('job', payload, $2, null, null, null, null, null)::graphile_worker.job_spec
  from json_array_elements($1) as payload), false)`;

export async function open() {
  const connectionString = process.env.DATABASE_URL;
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ connectionString, logger });
  await utils.migrate();
  return {
    add: (_, n) => utils.addJob("job", payload(n)),
    async fill(queue, count, grouped) {
      const client = new pg.Client({ connectionString });
      await client.connect();
      for (const payloads of bulk(count, AT_ONCE)) {
        await client.query(ADD_JOBS, [JSON.stringify(payloads), grouped ? queue : null]);
      }
      await client.end();
    },
    settle,
    async work(_, concurrency, handler, held) {
      const maxPoolSize = Math.min(concurrency + held + 2, MOST_CONNECTIONS);
      const worker = await run({
        preset: {
          worker: {
            connectionString,
            maxPoolSize,
            concurrentJobs: concurrency + held,
            ...(process.env.LOCAL_QUEUE ? LOCAL_QUEUE : {}),
          },
        },
        logger,
        noHandleSignals: true,
        crontab: "",
        taskList: {
          job({ n }) {
            if (held && n < 0) return new Promise(() => {});
            handler.started(n);
          },
        },
      });
      worker.events.on("job:complete", ({ job, error }) => {
        if (error) throw error;
        handler.ended(job.payload.n);
      });
    },
  };
}
