/** What events are about, and what each says in a few words. */
import type { EventType, LeoEvent } from '@leo/stream';
import { bytes } from '../../ui/bytes';
import { duration } from '../../ui/time';

/** What belongs together, in the order of the filters. */
export const GROUPS = [
  'lifecycle',
  'phases',
  'files',
  'tools',
  'thoughts',
  'states',
  'usage',
  'other',
  'log',
] as const;

export type Group = (typeof GROUPS)[number];

/** What a group is called. */
export const GROUP_NAMES: Record<Group, string> = {
  lifecycle: 'Lifecycle',
  phases: 'Phases',
  files: 'Files',
  tools: 'Tools',
  thoughts: 'Thoughts',
  states: 'States',
  usage: 'Usage',
  other: 'Other',
  log: 'Log lines',
};

/** The letter of a type, beside its colour. */
const KINDS: Record<EventType | 'unknown', [Group, string]> = {
  job_queued: ['lifecycle', 'Q'],
  generation_started: ['lifecycle', 'S'],
  launching: ['lifecycle', 'L'],
  worker_changed: ['lifecycle', 'W'],
  output_truncated: ['lifecycle', '!'],
  completed: ['lifecycle', '✓'],
  failed: ['lifecycle', '✗'],
  cancelled: ['lifecycle', '–'],
  artifact_published: ['lifecycle', 'G'],
  deploy_answered: ['lifecycle', 'D'],
  session_changed: ['lifecycle', 'T'],
  phase_designing: ['phases', 'P'],
  phase_designed: ['phases', 'P'],
  checkpoint: ['phases', 'C'],
  generation_complete: ['phases', '✓'],
  file_start: ['files', 'F'],
  file_chunk: ['files', 'F'],
  file_end: ['files', 'F'],
  files_written: ['files', 'F'],
  tool_use: ['tools', 'U'],
  tool_result: ['tools', 'R'],
  subprocess_start: ['tools', '>'],
  subprocess_complete: ['tools', '>'],
  deps_installed: ['tools', 'N'],
  server_started: ['tools', 'H'],
  thought: ['thoughts', 'T'],
  info: ['thoughts', 'i'],
  agent_error: ['thoughts', '!'],
  state_change: ['states', 'A'],
  session_start: ['states', 'A'],
  progress: ['states', '%'],
  heartbeat: ['states', '♥'],
  usage: ['usage', '$'],
  log: ['log', '·'],
  unknown: ['other', '?'],
};

/** What a type is about. */
export function groupOf(type: LeoEvent['type']): Group {
  return KINDS[type][0];
}

/** The letter of a type. */
export function letterOf(type: LeoEvent['type']): string {
  return KINDS[type][1];
}

/** Whether something went wrong. */
export function isBad(event: LeoEvent): boolean {
  switch (event.type) {
    case 'failed':
    case 'agent_error':
    case 'output_truncated':
      return true;
    case 'tool_result':
      return event.status !== 'success';
    case 'subprocess_complete':
      return event.exitCode !== 0;
    case 'artifact_published':
    case 'deploy_answered':
      return event.error !== undefined;
    default:
      return false;
  }
}

/** Characters of a text that are looked at for its first words. */
const MOST_WORDS = 300;

/** A text on one line. */
export function short(text: string): string {
  return text.slice(0, MOST_WORDS).replace(/\s+/g, ' ').trim();
}

/** A value that may be anything, on one line. */
function shortValue(value: unknown): string {
  return short(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

/** What an event says. */
export function wordsOf(event: LeoEvent): string {
  return short(lifecycle(event) ?? work(event) ?? about(event));
}

function lifecycle(event: LeoEvent): string | undefined {
  switch (event.type) {
    case 'job_queued':
      return event.prompt;
    case 'generation_started':
      return `Attempt ${event.attempt}`;
    case 'launching':
      return `${event.step}, ${duration(event.durationMs)}`;
    case 'worker_changed':
      return event.how === 'adopted' ? 'Another worker has taken over' : 'Started again';
    case 'output_truncated':
      return `Output beyond ${bytes(event.limit)} was not kept`;
    case 'completed':
      return event.githubUrl ?? 'The app is ready';
    case 'failed':
      return `${event.reason}: ${event.message}`;
    case 'cancelled':
      return 'Stopped on request';
    case 'artifact_published':
      return event.error ?? event.githubUrl ?? '';
    case 'deploy_answered':
      return `${event.host}: ${event.error ?? event.status ?? ''}`;
    case 'session_changed':
      return changed(event);
    default:
      return undefined;
  }
}

function changed(event: LeoEvent & { type: 'session_changed' }): string {
  if (event.forkedFrom !== undefined) return `Forked from ${event.forkedFrom.sessionId}`;
  if (event.currentJob !== undefined) return `The version of ${event.currentJob} is current`;
  return event.title ?? '';
}

function files(count: number): string {
  return count === 1 ? '1 file' : `${count.toLocaleString('en')} files`;
}

function work(event: LeoEvent): string | undefined {
  switch (event.type) {
    case 'phase_designing':
      return `Phase ${event.phaseNumber}`;
    case 'phase_designed':
      return `${event.phase.name}: ${files(event.phase.files.length)}. ${event.phase.description}`;
    case 'checkpoint':
      return `After phase ${event.phase}`;
    case 'generation_complete':
      return `${files(event.files.length)} in ${event.phases} ${event.phases === 1 ? 'phase' : 'phases'}`;
    case 'file_start':
      return event.path;
    case 'file_chunk':
      return `${event.path}: ${event.chunk.length} characters more`;
    case 'file_end':
      return `${event.path}, ${bytes(event.size)}${event.partial === true ? ', not complete' : ''}`;
    case 'files_written':
      return files(event.count);
    case 'tool_use':
      return `${event.name} ${shortValue(event.input)}`;
    case 'tool_result':
      return `${event.status}${event.output === undefined ? '' : `: ${event.output}`}`;
    case 'subprocess_start':
      return event.name;
    case 'subprocess_complete':
      return `${event.name}: exit code ${event.exitCode} after ${duration(event.durationMs)}`;
    case 'deps_installed':
      return 'Dependencies are installed';
    case 'server_started':
      return event.url ?? 'A server has started';
    default:
      return undefined;
  }
}

function about(event: LeoEvent): string {
  switch (event.type) {
    case 'thought':
      return event.text;
    case 'info':
    case 'agent_error':
      return event.message;
    case 'state_change':
      return event.state;
    case 'session_start':
      return `The ${event.agent} agent, round ${event.iteration}`;
    case 'progress':
      return `${event.passing} of ${event.total} pass`;
    case 'heartbeat':
      return event.doing ?? `Phase ${event.phase}, round ${event.iteration}`;
    case 'usage':
      return usage(event);
    case 'log':
      return event.log.line;
    case 'unknown':
      return shortValue(event.raw['type']);
    default:
      return '';
  }
}

function usage(event: LeoEvent & { type: 'usage' }): string {
  const tokens = event.promptTokens + event.completionTokens;
  const cost = event.costUsd === undefined ? '' : `, $${event.costUsd.toFixed(4)}`;
  return `${tokens.toLocaleString('en')} tokens so far${cost}`;
}
