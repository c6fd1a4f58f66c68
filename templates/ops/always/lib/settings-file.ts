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

/**
 * Adds names of secrets, and variables, to an environment in infra/settings.json. Everything else in the file stays
 * as its owner has written it.
 * @returns whether anything was new
 */
export function addToSettings(environment: string, additions: Additions): boolean {
  const file = join(root, 'infra/settings.json');
  const before = readFileSync(file, 'utf8');
  const after = withAdditions(before, environment, additions);
  if (after !== before) writeFileSync(file, after);
  return after !== before;
}

export function withAdditions(text: string, environment: string, additions: Additions): string {
  const { secrets = [], variables = new Map<string, string>() } = additions;
  return withVariables(withSecrets(text, environment, secrets), environment, variables);
}

function withSecrets(text: string, environment: string, names: readonly string[]): string {
  const list = nodeAt(text, ['environments', environment, 'secrets']);
  const known: string[] = list?.children?.map(({ value }) => value) ?? [];
  const added = names.filter((name) => !known.includes(name));
  if (added.length === 0) return text;
  const items = [...known, ...added].map((name) => JSON.stringify(name));
  if (list) return replaced(text, list, (indent) => layOut(text, list, items, '[]', indent));
  return withProperty(text, environment, 'secrets', items, '[]');
}

function withVariables(text: string, environment: string, values: ReadonlyMap<string, string>): string {
  const block = nodeAt(text, ['environments', environment, 'variables']);
  const known = block?.children?.map(({ children = [] }) => children.map(({ value }) => value)) ?? [];
  const all = new Map<string, string>([...known.map(([name, value]) => [name, value] as const), ...values]);
  const unchanged = known.length === all.size && known.every(([name, value]) => all.get(name) === value);
  if (unchanged) return text;
  const items = [...all].map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  if (block) return replaced(text, block, (indent) => layOut(text, block, items, '{}', indent));
  return withProperty(text, environment, 'variables', items, '{}');
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
