/** Events as coloured lines of the terminal. What the generator says in them is no more trusted than its output. */
import type { KnownEvent, LeoEvent } from '@leo/stream';
import { bytes } from '../ui/bytes';
import { duration } from '../ui/time';
import { colours } from './sanitize';

/** Colours by what they mean. */
type Paint = 'accent' | 'done' | 'failed' | 'running' | 'soft';
const CODES: Record<Paint, string> = {
  accent: '1;36',
  done: '32',
  failed: '31',
  running: '33',
  soft: '2',
};

/** Text in a colour. It must not bring along sequences of its own. */
export function paint(colour: Paint, text: string): string {
  return `\x1b[${CODES[colour]}m${text}\x1b[0m`;
}

/** Text of somebody else: one line, uncoloured. */
export function plain(text: string): string {
  return colours(text.replaceAll('\n', ' ')).replace(/\x1b\[[\d;]*m/g, '');
}

const note = (colour: Paint, text: string): string => paint(colour, `▪ ${text}`);

/** The line of an event; undefined for those that are shown elsewhere. */
export function say(event: LeoEvent): string | undefined {
  return event.type === 'unknown' ? undefined : (sayLife(event) ?? sayWork(event));
}

/** From the queue to the end, and what comes after it. */
function sayLife(event: KnownEvent): string | undefined {
  switch (event.type) {
    case 'job_queued':
      return note('soft', 'queued');
    case 'generation_started':
      return note('running', event.attempt > 1 ? `started, attempt ${event.attempt}` : 'started');
    case 'worker_changed':
      return note(
        'soft',
        event.how === 'adopted'
          ? 'another worker follows it, it runs on'
          : 'another worker takes over',
      );
    case 'output_truncated':
      return note('soft', `output beyond ${bytes(event.limit)} is not kept`);
    case 'completed':
      return note('done', 'completed. download gets the files');
    case 'failed':
      return `${note('failed', `failed: ${plain(event.message)}`)} ${paint('soft', `(${plain(event.reason)})`)}`;
    case 'cancelled':
      return note('running', 'cancelled');
    case 'artifact_published':
      return event.githubUrl === undefined
        ? note('failed', `not pushed to GitHub: ${plain(event.error ?? '')}`)
        : note('done', `on GitHub: ${plain(event.githubUrl)}`);
    case 'deploy_answered':
      return event.error === undefined
        ? note('done', `${plain(event.host)} deploys it`)
        : note('failed', `${plain(event.host)} does not deploy it: ${plain(event.error)}`);
    default:
      return undefined;
  }
}

/** The work itself. */
function sayWork(event: KnownEvent): string | undefined {
  switch (event.type) {
    case 'phase_designing':
      return note('soft', `designing phase ${event.phaseNumber}`);
    case 'phase_designed': {
      const { name, files } = event.phase;
      const count = files.length === 1 ? '1 file' : `${files.length} files`;
      return `${note('accent', plain(name))} ${paint('soft', count)}`;
    }
    case 'file_end': {
      const part = event.partial === true ? ' (in part)' : '';
      return `${paint('done', `+ ${plain(event.path)}`)} ${paint('soft', bytes(event.size) + part)}`;
    }
    case 'progress':
      return note('soft', `${event.passing} of ${event.total} pass`);
    case 'info':
      return note('soft', plain(event.message));
    case 'agent_error':
      return note('failed', plain(event.message));
    case 'subprocess_complete': {
      const colour = event.exitCode === 0 ? 'soft' : 'failed';
      const code = event.exitCode === 0 ? '' : `, ended with ${event.exitCode}`;
      return note(colour, `${plain(event.name)} took ${duration(event.durationMs)}${code}`);
    }
    default:
      return undefined;
  }
}
