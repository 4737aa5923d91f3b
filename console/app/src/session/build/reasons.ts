/**
 * Why a job failed: what has happened and what there is to do, for each reason that the server names.
 * The server's own message is shown beside it and tells the particulars.
 */
import type { FailureReason } from '@leo/stream';

export interface Explanation {
  /** A short heading. */
  title: string;
  what: string;
  todo: string;
}

const EXPLANATIONS: Record<FailureReason, Explanation> = {
  worker_lost: {
    title: 'The worker was lost',
    what: 'The machine that ran the job went away, several times, so Leo stopped trying.',
    todo: 'Retry. If it happens again, whoever runs this server should look at its workers.',
  },
  launch_failed: {
    title: 'It could not be started',
    what: 'The container for the job did not start, in any of its attempts.',
    todo: 'Retry. If it happens again, the message below tells whoever runs this server what is wrong.',
  },
  exit_code: {
    title: 'The generator gave up',
    what: 'The generator ended with an error of its own.',
    todo: 'The end of the log tells why. Retry, or ask for less at once.',
  },
  timeout: {
    title: 'It took too long',
    what: 'The job ran longer than jobs may run here, and was stopped.',
    todo: 'What it had written is kept: go on from there with a smaller request, or allow fewer phases.',
  },
  no_output: {
    title: 'It fell silent',
    what: 'Nothing was heard of the job for too long, so it was taken to be stuck and stopped.',
    todo: 'Retry. If it happens again, the model may be too slow or hang: test it in the provider settings.',
  },
  out_of_memory: {
    title: 'It ran out of memory',
    what: 'The job took more memory than its container may have.',
    todo: 'Ask for something smaller, or have the memory for jobs raised.',
  },
  disk_limit: {
    title: 'It wrote too much',
    what: 'The files of the job became larger than a workspace may be.',
    todo: 'Ask for something with fewer or smaller files. Installed packages count too.',
  },
  output_limit: {
    title: 'It printed too much',
    what: 'The job printed more than may be kept, and was stopped.',
    todo: 'The log shows what it repeated. Retry, or ask for it in another way.',
  },
  image_missing: {
    title: 'The generator is not installed',
    what: 'The container image of the generator is not on the worker.',
    todo: 'Whoever runs this server has to install the image; then retry.',
  },
  artifact_rejected: {
    title: 'The files were not accepted',
    what: 'What the job has left cannot be kept: too many or too large files, or names that are not allowed.',
    todo: 'The message below names the file. Ask for it to be left out, and retry.',
  },
  provider_error: {
    title: 'The model did not answer',
    what: 'The model provider refused, failed, or could not be reached.',
    todo: 'Test the provider in the settings: key, address, model and credit. Then retry.',
  },
  budget_exceeded: {
    title: 'The budget is spent',
    what: 'The job has used what its model calls were allowed to cost, and stopped.',
    todo: 'What it had written is kept. Go on with another prompt; its budget begins anew, and may be larger.',
  },
  internal: {
    title: 'Something went wrong in Leo',
    what: 'This is a defect of Leo, not of your prompt.',
    todo: 'Retry. Whoever runs this server finds more in its log.',
  },
};

/** What is said of a reason; a newer server may have reasons that are not known here. */
export function explain(reason: string | undefined): Explanation {
  if (reason !== undefined && Object.hasOwn(EXPLANATIONS, reason)) {
    return EXPLANATIONS[reason as FailureReason];
  }
  return {
    title: 'It failed',
    what: 'The job has not come to its end.',
    todo: 'The message below and the end of the log tell why. Then retry.',
  };
}
