/** Coloured text, line by line: from the highlighter's tree to what is drawn. Pure. */
import type { createLowlight } from 'lowlight';

type Root = ReturnType<ReturnType<typeof createLowlight>['highlight']>;
type RootContent = Root['children'][number];

/** What a piece of code is, as far as it has a colour. */
export type Kind =
  | 'keyword'
  | 'string'
  | 'comment'
  | 'number'
  | 'title'
  | 'attr'
  | 'type'
  | 'tag'
  | 'meta'
  | 'strong'
  | 'added'
  | 'removed';

/** A piece of a line; a plain one has no kind. */
export type Token = string | readonly [Kind, string];

/** The highlighter's classes, without `hljs-`. What is not here looks like what it stands in. */
const KINDS: Readonly<Record<string, Kind>> = {
  keyword: 'keyword',
  literal: 'keyword',
  operator: 'keyword',
  'selector-pseudo': 'keyword',
  built_in: 'type',
  type: 'type',
  class: 'type',
  string: 'string',
  regexp: 'string',
  'template-tag': 'string',
  char: 'string',
  link: 'string',
  quote: 'comment',
  comment: 'comment',
  doctag: 'comment',
  number: 'number',
  symbol: 'number',
  bullet: 'number',
  title: 'title',
  section: 'title',
  function: 'title',
  'selector-class': 'title',
  'selector-id': 'title',
  attr: 'attr',
  attribute: 'attr',
  property: 'attr',
  'template-variable': 'attr',
  variable: 'attr',
  params: 'attr',
  'selector-attr': 'attr',
  name: 'tag',
  'selector-tag': 'tag',
  tag: 'tag',
  meta: 'meta',
  code: 'meta',
  strong: 'strong',
  emphasis: 'strong',
  addition: 'added',
  deletion: 'removed',
};

/** Where a class gives a colour to a whole stretch of other code, that code keeps its own. */
const WIDE = new Set(['params', 'function', 'class', 'tag']);

/** The lines of highlighted code. */
export function tokensOf(root: Root): Token[][] {
  const lines: Token[][] = [[]];
  const walk = (nodes: readonly RootContent[], kind: Kind | undefined): void => {
    for (const node of nodes) {
      if (node.type === 'text') write(lines, kind, node.value);
      else if (node.type === 'element') walk(node.children, kindOf(node.properties) ?? kind);
    }
  };
  walk(root.children, undefined);
  return lines;
}

function kindOf(properties: Record<string, unknown>): Kind | undefined {
  const classes = properties['className'];
  const first: unknown = Array.isArray(classes) ? classes[0] : undefined;
  if (typeof first !== 'string') return undefined;
  const name = first.replace('hljs-', '');
  return WIDE.has(name) || !Object.hasOwn(KINDS, name) ? undefined : KINDS[name];
}

function write(lines: Token[][], kind: Kind | undefined, text: string): void {
  text.split('\n').forEach((part, index) => {
    if (index > 0) lines.push([]);
    if (part !== '') lines.at(-1)?.push(kind === undefined ? part : [kind, part]);
  });
}
