/**
 * Colours code, away from the page: however long that takes, nothing stands still.
 *
 * Languages come when the first file of theirs does. What cannot be coloured is answered all the same,
 * so that nobody waits for it.
 */
import { createLowlight, type LanguageFn } from 'lowlight';
import { tokensOf, type Token } from './tokens';

/** What is asked for. */
export interface Question {
  id: number;
  language: string;
  text: string;
}

/** About the question of that id. */
export type Answer =
  /** The language is there, the work begins. */
  | { id: number; kind: 'begun' }
  /** `lines` is absent where there are no colours for it. */
  | { id: number; kind: 'done'; lines?: Token[][] };

type Loading = Promise<{ default: LanguageFn }>;

const LANGUAGES: Readonly<Record<string, () => Loading>> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  diff: () => import('highlight.js/lib/languages/diff'),
  dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
  go: () => import('highlight.js/lib/languages/go'),
  graphql: () => import('highlight.js/lib/languages/graphql'),
  ini: () => import('highlight.js/lib/languages/ini'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  less: () => import('highlight.js/lib/languages/less'),
  makefile: () => import('highlight.js/lib/languages/makefile'),
  markdown: () => import('highlight.js/lib/languages/markdown'),
  php: () => import('highlight.js/lib/languages/php'),
  python: () => import('highlight.js/lib/languages/python'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  scss: () => import('highlight.js/lib/languages/scss'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};

/** Languages that stand inside others. */
const WITHIN: Readonly<Record<string, readonly string[]>> = {
  xml: ['javascript', 'css'],
  markdown: ['xml'],
  javascript: ['xml', 'css'],
  typescript: ['xml', 'css'],
  php: ['xml'],
};

const lowlight = createLowlight();

async function register(language: string): Promise<void> {
  const needed = [language, ...(WITHIN[language] ?? [])];
  await Promise.all(
    needed.map(async (name) => {
      const load = LANGUAGES[name];
      if (load === undefined || lowlight.registered(name)) return;
      lowlight.register(name, (await load()).default);
    }),
  );
}

const tell = (answer: Answer): void => self.postMessage(answer);

async function answer({ id, language, text }: Question): Promise<void> {
  try {
    await register(language);
    tell({ id, kind: 'begun' });
    tell({ id, kind: 'done', lines: tokensOf(lowlight.highlight(language, text)) });
  } catch {
    tell({ id, kind: 'done' });
  }
}

self.addEventListener('message', (event: MessageEvent<Question>) => void answer(event.data));
