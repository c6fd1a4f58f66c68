import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { root } from './settings.ts';

/** Longest line of settings.json, as the linter of infra/ formats it. */
const lineWidth = 110;

/** What is to be added to an environment. */
interface Additions {
  readonly secrets?: readonly string[];
  readonly variables?: ReadonlyMap<string, string>;
}

/** Names that were in the other place before. */
interface Moved {
  readonly toSecrets: readonly string[];
  readonly toVariables: readonly string[];
}

/**
 * Adds names of secrets, and variables, to an environment in infra/settings.json, and takes each out of the other
 * place: a task cannot have a name twice. Everything else in the file stays as its owner has written it.
 * @returns whether anything was new, and what was in the other place before
 */
export function addToSettings(environment: string, additions: Additions): Moved & { changed: boolean } {
  const file = join(root, 'infra/settings.json');
  const before = readFileSync(file, 'utf8');
  const after = withAdditions(before, environment, additions);
  if (after !== before) writeFileSync(file, after);
  return { changed: after !== before, ...movedBy(before, environment, additions) };
}

/** What additions take out of one place, as they bring it to the other. */
export function movedBy(text: string, environment: string, additions: Additions): Moved {
  const { secrets = [], variables = new Map<string, string>() } = additions;
  const plain = new Map(variablesIn(text, environment));
  const secret = secretsIn(text, environment);
  return {
    toSecrets: secrets.filter((name) => plain.has(name)),
    toVariables: [...variables.keys()].filter((name) => secret.includes(name)),
  };
}

export function withAdditions(text: string, environment: string, additions: Additions): string {
  const { secrets = [], variables = new Map<string, string>() } = additions;
  return withVariables(withSecrets(text, environment, secrets, variables), environment, variables, secrets);
}

function secretsIn(text: string, environment: string): string[] {
  return nodeAt(text, ['environments', environment, 'secrets'])?.children?.map(({ value }) => value) ?? [];
}

function variablesIn(text: string, environment: string): (readonly [name: string, value: string])[] {
  const block = nodeAt(text, ['environments', environment, 'variables']);
  return block?.children?.map(({ children = [] }) => [children[0]?.value, children[1]?.value]) ?? [];
}

function withSecrets(
  text: string,
  environment: string,
  names: readonly string[],
  gone: ReadonlyMap<string, string>,
): string {
  const known = secretsIn(text, environment);
  const all = [...known.filter((name) => !gone.has(name)), ...names.filter((name) => !known.includes(name))];
  if (all.join() === known.join()) return text;
  return withItems(
    text,
    environment,
    'secrets',
    all.map((name) => JSON.stringify(name)),
    '[]',
  );
}

function withVariables(
  text: string,
  environment: string,
  values: ReadonlyMap<string, string>,
  gone: readonly string[],
): string {
  const known = variablesIn(text, environment);
  const all = new Map([...known.filter(([name]) => !gone.includes(name)), ...values]);
  const unchanged = known.length === all.size && known.every(([name, value]) => all.get(name) === value);
  if (unchanged) return text;
  const items = [...all].map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return withItems(text, environment, 'variables', items, '{}');
}

/** The items of a list or an object, which is added where there is none. */
function withItems(
  text: string,
  environment: string,
  key: string,
  items: string[],
  brackets: '[]' | '{}',
): string {
  const node = nodeAt(text, ['environments', environment, key]);
  if (!node) return withProperty(text, environment, key, items, brackets);
  if (items.length === 0) return replaced(text, node, () => brackets);
  return replaced(text, node, (indent) => layOut(text, node, items, brackets, indent));
}

function nodeAt(text: string, path: string[]): Node | undefined {
  const tree = parseTree(text);
  return tree && findNodeAtLocation(tree, path);
}

function replaced(text: string, node: Node, make: (indent: string) => string): string {
  const { offset, length } = node;
  return text.slice(0, offset) + make(indentAt(text, offset)) + text.slice(offset + length);
}

/** White space at the beginning of the line. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^\s*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** On one line where it was on one and still fits, else each item on its own. */
function layOut(
  text: string,
  { offset, length }: Node,
  items: string[],
  brackets: string,
  indent: string,
): string {
  const [open = '', close = ''] = brackets;
  const inner = brackets === '{}' ? ` ${items.join(', ')} ` : items.join(', ');
  const column = offset - (text.lastIndexOf('\n', offset - 1) + 1);
  const wasOneLine = !text.slice(offset, offset + length).includes('\n');
  if (wasOneLine && column + inner.length + 3 <= lineWidth) return `${open}${inner}${close}`;
  const step = indent.startsWith('\t') ? '\t' : '  ';
  return `${open}\n${items.map((item) => indent + step + item).join(',\n')}\n${indent}${close}`;
}

/** After the last property of the environment. */
function withProperty(
  text: string,
  environment: string,
  key: string,
  items: string[],
  brackets: string,
): string {
  const block = nodeAt(text, ['environments', environment]);
  const last = block?.children?.at(-1);
  if (!last) throw new Error(`infra/settings.json has no environment ${environment}`);
  const end = last.offset + last.length;
  const indent = indentAt(text, last.offset);
  const step = indent.startsWith('\t') ? '\t' : '  ';
  const [open = '', close = ''] = brackets;
  const lines = items.map((item) => indent + step + item).join(',\n');
  return `${text.slice(0, end)},\n${indent}${JSON.stringify(key)}: ${open}\n${lines}\n${indent}${close}${text.slice(end)}`;
}
