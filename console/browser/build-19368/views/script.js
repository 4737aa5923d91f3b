/** Prompts for the mini-generator, which carries them out as scripts. */
import { createHash } from 'node:crypto';
/** Commands, one after the other. */
export function script(...commands) {
    return commands.join('; ');
}
/** Emits an event. */
export function event(type, fields = {}) {
    const text = JSON.stringify({ type, ...fields });
    if (text.includes(';'))
        throw new Error('a semicolon would end the command');
    return `event ${text}`;
}
/** Begins a phase that plans these files. */
export function phase(number, name, paths, isLastPhase = false) {
    const files = paths.map((path) => ({ path, purpose: `what ${path} is for` }));
    const design = { name, description: `${name}, described`, files, isLastPhase };
    return script(event('phase_designing', { phaseNumber: number }), event('phase_designed', { phase: design }));
}
/** Begins to write a file, before the eyes of everybody. */
export function begun(path, ...chunks) {
    return script(event('file_start', { path }), ...chunks.map((chunk) => event('file_chunk', { path, chunk })));
}
/** Ends what {@link begun} has begun, and writes it to the disk; a text of one line. */
export function written(path, text) {
    const sha256 = createHash('sha256').update(text).digest('hex');
    return script(`write ${path} ${text}`, event('file_end', { path, size: Buffer.byteLength(text), sha256, content: text }));
}
/** A file, from its begin to its end. */
export function file(path, text) {
    return script(begun(path, text), written(path, text));
}
