/** The commands of the prompt line: how they are read, completed and carried out. */
import { paint } from './say';

/** What commands can do. Each throws in words for people. */
export interface Actions {
  run: (prompt: string) => Promise<void>;
  cancel: () => Promise<string>;
  retry: () => Promise<string>;
  status: () => string[];
  download: () => Promise<string>;
  clear: () => void;
}

/** What somebody has typed: a word, and the rest as it is. */
export interface Command {
  name: string;
  rest: string;
}

interface Known {
  usage: string;
  help: string;
  carryOut: (actions: Actions, rest: string) => Promise<string[]> | string[];
}

const COMMANDS: Record<string, Known> = {
  help: { usage: 'help', help: 'this list', carryOut: () => help() },
  run: {
    usage: 'run <prompt>',
    help: 'build or change something',
    carryOut: async (actions, rest) => {
      if (rest === '') return ['Say what to build: run a page with a clock'];
      await actions.run(rest);
      return [];
    },
  },
  cancel: {
    usage: 'cancel',
    help: 'stop the job that runs or waits',
    carryOut: async (actions) => [await actions.cancel()],
  },
  retry: {
    usage: 'retry',
    help: 'do the latest job once more',
    carryOut: async (actions) => [await actions.retry()],
  },
  status: {
    usage: 'status',
    help: 'where the session stands',
    carryOut: (actions) => actions.status(),
  },
  download: {
    usage: 'download',
    help: 'get the latest files as a zip',
    carryOut: async (actions) => [await actions.download()],
  },
  clear: {
    usage: 'clear',
    help: 'empty the screen',
    carryOut: (actions) => {
      actions.clear();
      return [];
    },
  },
};

const NAMES = Object.keys(COMMANDS);

/** Reads a line. */
export function read(line: string): Command {
  const [, name = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*?)\s*$/.exec(line) ?? [];
  return { name, rest };
}

/** Carries a line out; what there is to say about it. */
export async function carryOut(line: string, actions: Actions): Promise<string[]> {
  const { name, rest } = read(line);
  if (name === '') return [];
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return command === undefined ? unknown(name, rest) : command.carryOut(actions, rest);
}

function unknown(name: string, rest: string): string[] {
  const near = NAMES.find((known) => isNear(known, name.toLowerCase()));
  if (near !== undefined) return [`There is no command “${name}”. Did you mean ${near}?`];
  const hint = rest === '' ? '' : ' To have that built, put run before it.';
  return [`There is no command “${name}”. help lists those that there are.${hint}`];
}

/** The same letters, one missing or too many, or two swapped. */
function isNear(known: string, typed: string): boolean {
  if (known === typed) return true;
  if (Math.abs(known.length - typed.length) > 1) return false;
  if ([...known].sort().join('') === [...typed].sort().join('')) return true;
  const [short, long] = known.length < typed.length ? [known, typed] : [typed, known];
  return [...long].some((_, index) => long.slice(0, index) + long.slice(index + 1) === short);
}

/** The commands that begin like the line, where the line is the beginning of a word. */
export function complete(line: string): string[] {
  return /\s/.test(line) ? [] : NAMES.filter((name) => name.startsWith(line));
}

function help(): string[] {
  const longest = Math.max(...NAMES.map((name) => COMMANDS[name]?.usage.length ?? 0));
  return NAMES.map((name) => {
    const { usage = '', help = '' } = COMMANDS[name] ?? {};
    return `  ${paint('accent', usage.padEnd(longest))}  ${help}`;
  });
}
