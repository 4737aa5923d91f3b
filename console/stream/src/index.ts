/**
 * Follows a session of Leo: every event once, in order, through every failure.
 */
export { EVENT_TYPES } from './events.js';
export type {
  EventFields,
  EventType,
  KnownEvent,
  LeoEvent,
  LogLine,
  Phase,
  Place,
  UnknownEvent,
  Usage,
  UsageCall,
} from './events.js';
export type { AgentState, Budget, FailureReason, Job, JobStatus, Mode } from './jobs.js';
export { idempotencyKey } from './key.js';
export type { ErrorMessage, Generation, SessionJoined, SessionState } from './messages.js';
export type { FollowOptions, LeoStream, StreamCounts } from './options.js';
export { RequestError } from './requests.js';
export { websocketUrl } from './socket.js';
export type { Socket, SocketConstructor } from './socket.js';
export type { EndReason, StreamState } from './state.js';
export { follow } from './stream.js';
export type { Surroundings } from './wakeups.js';
