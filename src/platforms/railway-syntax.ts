import { stripTypeScriptTypes } from 'node:module';
import { type AnyNode, type Program, parse } from 'acorn';

/** Takes the types out of a program. Node says with a warning that its function for it may change. */
function withoutTypes(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text);
  } catch (error) {
    const line = Number(/^[^\n]*:(\d+)\n/.exec((error as Error).stack ?? '')?.[1] ?? 1);
    throw Object.assign(new SyntaxError('it is no valid TypeScript'), { loc: { line } });
  } finally {
    process.emitWarning = emitWarning;
  }
}

const syntax = { ecmaVersion: 'latest', sourceType: 'module', locations: true } as const;

/**
 * The syntax tree of a program in JavaScript or TypeScript.
 * @throws SyntaxError with the line in `loc`
 */
export function syntaxOf(text: string): Program {
  try {
    return parse(text, syntax);
  } catch {
    // It has types, or is no program at all: then that error says where.
  }
  return parse(withoutTypes(text), syntax);
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** All nodes below a node, itself among them, in their order. */
export function* nodesOf(top: AnyNode): Generator<AnyNode> {
  const waiting: AnyNode[] = [top];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    const below = Object.values(node).flat().filter(isNode);
    waiting.push(...below.reverse());
  }
}

/** The line on which a node begins, from 1. */
export const lineOf = (node: AnyNode): number => node.loc?.start.line ?? 1;
