import type { AnyNode, CallExpression, Expression, ObjectExpression, Program } from 'acorn';
import type { Evidence } from '../migration/plan.ts';
import { lineOf, nodesOf, syntaxOf } from './railway-syntax.ts';

/** What an expression of a program is, as far as its text alone tells. */
export type Value =
  | { readonly kind: 'plain'; readonly value: string | number | boolean | null; readonly line: number }
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly line: number }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Value>; readonly line: number }
  /** A call of one of Railway's functions: `service(…)`, `postgres(…)`, `preserve()`. */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Value[];
      readonly node: AnyNode;
      readonly line: number;
    }
  /** A part of a value: `db.env.DATABASE_URL`, `db.url`. */
  | { readonly kind: 'member'; readonly of: Value; readonly name: string; readonly line: number }
  /** Known only when it runs. */
  | { readonly kind: 'unknown'; readonly line: number };

/** A program that was read: the calls of Railway's functions in it, each once. */
export interface ProgramReading {
  readonly calls: readonly Extract<Value, { kind: 'call' }>[];
  /** Places of what is known only when it runs, among what the calls are given. */
  readonly unknown: readonly Evidence[];
}

/** Deepest chain of names and values that is followed. */
const deepestChain = 50;

/** Most expressions that are looked at: names that stand for each other twice grow without end. */
const mostSteps = 20_000;

/** Follows names, spreads and choices by environment in the text of one program. */
class Evaluator {
  readonly #functions = new Map<string, string>();
  readonly #constants = new Map<string, Expression>();
  /** What the parameters of the functions stand for that are being followed, the innermost last. */
  readonly #parameters: ReadonlyMap<string, Value>[] = [];
  #steps = 0;

  constructor(program: Program) {
    for (const node of nodesOf(program)) {
      if (node.type === 'ImportDeclaration' && /^(@?railway|.*\/railway)/.test(String(node.source.value)))
        for (const one of node.specifiers)
          if (one.type === 'ImportSpecifier' && one.imported.type === 'Identifier')
            this.#functions.set(one.local.name, one.imported.name);
      if (node.type === 'VariableDeclaration' && node.kind === 'const')
        for (const { id, init } of node.declarations)
          if (id.type === 'Identifier' && init && !this.#constants.has(id.name))
            this.#constants.set(id.name, init);
    }
  }

  /** Railway's name of the function that is called; `undefined` for any other call. */
  functionOf(node: CallExpression): string | undefined {
    return node.callee.type === 'Identifier' ? this.#functions.get(node.callee.name) : undefined;
  }

  value(node: AnyNode, depth = 0): Value {
    const line = lineOf(node);
    this.#steps += 1;
    if (depth > deepestChain || this.#steps > mostSteps) return { kind: 'unknown', line };
    const below = (one: AnyNode): Value => this.value(one, depth + 1);
    switch (node.type) {
      case 'Literal':
        return ['string', 'number', 'boolean'].includes(typeof node.value) || node.value === null
          ? { kind: 'plain', value: node.value as string | number | boolean | null, line }
          : { kind: 'unknown', line };
      case 'TemplateLiteral':
        return this.#text(
          [...node.quasis, ...node.expressions].sort((a, b) => a.start - b.start),
          line,
          below,
        );
      case 'BinaryExpression':
        return node.operator === '+'
          ? this.#text([node.left, node.right], line, below)
          : { kind: 'unknown', line };
      case 'ArrayExpression':
        return {
          kind: 'list',
          items: node.elements.flatMap((one) => (one ? this.#items(one, below) : [])),
          line,
        };
      case 'ObjectExpression':
        return { kind: 'map', entries: this.#entries(node, below), line };
      case 'Identifier':
        return this.#named(node.name, line, below);
      case 'MemberExpression':
        return this.#member(node, line, below);
      case 'CallExpression':
        return this.#call(node, line, below);
      case 'ConditionalExpression':
        return this.#isProduction(node.test, depth) === undefined
          ? { kind: 'unknown', line }
          : below(this.#isProduction(node.test, depth) ? node.consequent : node.alternate);
      default:
        return { kind: 'unknown', line };
    }
  }

  #named(name: string, line: number, below: (node: AnyNode) => Value): Value {
    const given = this.#parameters.at(-1)?.get(name);
    if (given) return given;
    const constant = this.#constants.get(name);
    return constant ? below(constant) : { kind: 'unknown', line };
  }

  /** What a function of the program comes to that is one expression: `const image = (app) => ...`. */
  #own(node: CallExpression, line: number, below: (node: AnyNode) => Value): Value {
    const own = node.callee.type === 'Identifier' ? this.#constants.get(node.callee.name) : undefined;
    if (own?.type !== 'ArrowFunctionExpression' || !own.expression) return { kind: 'unknown', line };
    const given = new Map<string, Value>();
    for (const [index, parameter] of own.params.entries()) {
      const argument = node.arguments[index];
      if (parameter.type === 'Identifier' && argument) given.set(parameter.name, below(argument));
    }
    this.#parameters.push(given);
    const value = below(own.body);
    this.#parameters.pop();
    return value;
  }

  #text(parts: readonly AnyNode[], line: number, below: (node: AnyNode) => Value): Value {
    const texts = parts.map((part) => {
      if (part.type === 'TemplateElement') return part.value.cooked ?? '';
      const value = below(part);
      return value.kind === 'plain' ? String(value.value) : undefined;
    });
    return texts.includes(undefined)
      ? { kind: 'unknown', line }
      : { kind: 'plain', value: texts.join(''), line };
  }

  #items(node: AnyNode, below: (node: AnyNode) => Value): readonly Value[] {
    const value = below(node.type === 'SpreadElement' ? node.argument : node);
    return node.type === 'SpreadElement' && value.kind === 'list' ? value.items : [value];
  }

  #entries({ properties }: ObjectExpression, below: (node: AnyNode) => Value): ReadonlyMap<string, Value> {
    const entries = new Map<string, Value>();
    for (const property of properties) {
      if (property.type === 'SpreadElement') {
        const spread = below(property.argument);
        if (spread.kind === 'map') for (const [key, value] of spread.entries) entries.set(key, value);
        else entries.set(`...${entries.size}`, { kind: 'unknown', line: lineOf(property) });
        continue;
      }
      const key = property.computed
        ? below(property.key)
        : property.key.type === 'Identifier'
          ? property.key.name
          : below(property.key);
      const name =
        typeof key === 'string' ? key : key.kind === 'plain' ? String(key.value) : `[${entries.size}]`;
      entries.set(name, { ...below(property.value), line: lineOf(property) });
    }
    return entries;
  }

  #member(
    node: Extract<AnyNode, { type: 'MemberExpression' }>,
    line: number,
    below: (node: AnyNode) => Value,
  ): Value {
    const of = below(node.object);
    const key = node.computed || node.property.type !== 'Identifier' ? below(node.property) : undefined;
    const name =
      key === undefined
        ? (node.property as { name: string }).name
        : key.kind === 'plain'
          ? String(key.value)
          : '';
    if (of.kind === 'map') return of.entries.get(name) ?? { kind: 'unknown', line };
    if (of.kind === 'call' || of.kind === 'member') return { kind: 'member', of, name, line };
    // ctx.shared.NAME: a variable that the project's services share.
    if (
      node.object.type === 'MemberExpression' &&
      (node.object.property as { name?: string }).name === 'shared'
    )
      return { kind: 'call', name: 'shared', args: [{ kind: 'plain', value: name, line }], node, line };
    return { kind: 'unknown', line };
  }

  #call(node: CallExpression, line: number, below: (node: AnyNode) => Value): Value {
    const name = this.functionOf(node);
    const args = node.arguments;
    if (name !== undefined) return { kind: 'call', name, args: args.map(below), node, line };
    const { callee } = node;
    if (callee.type !== 'MemberExpression') return this.#own(node, line, below);
    const [first] = args;
    if (callee.object.type === 'Identifier' && callee.object.name === 'Object' && first) return below(first);
    // db.url() and db.url are the same.
    return args.length === 0 ? below(callee) : { kind: 'unknown', line };
  }

  /** Whether a choice is the one of production: `ctx.environment === "production"`, also by a name for it. */
  #isProduction(test: AnyNode, depth: number): boolean | undefined {
    if (depth > deepestChain) return undefined;
    if (test.type === 'Identifier') {
      const constant = this.#constants.get(test.name);
      return constant && this.#isProduction(constant, depth + 1);
    }
    if (test.type === 'UnaryExpression' && test.operator === '!') {
      const opposite = this.#isProduction(test.argument, depth + 1);
      return opposite === undefined ? undefined : !opposite;
    }
    if (test.type === 'CallExpression')
      return test.callee.type === 'MemberExpression' &&
        (test.callee.property as { name?: string }).name === 'isEnvironment'
        ? (test.arguments[0] as { value?: unknown } | undefined)?.value === 'production'
        : undefined;
    if (test.type !== 'BinaryExpression' || !/^[!=]==?$/.test(test.operator)) return undefined;
    const word = [test.left, test.right].find((side) => side.type === 'Literal') as
      | { value?: unknown }
      | undefined;
    const asked = [test.left, test.right].some(
      (side) =>
        side.type === 'MemberExpression' &&
        /^environment(Name)?$/.test((side.property as { name?: string }).name ?? ''),
    );
    return word && asked ? (word.value === 'production') === test.operator.startsWith('=') : undefined;
  }
}

function unknownsOf(value: Value): number[] {
  if (value.kind === 'unknown') return [value.line];
  if (value.kind === 'list') return value.items.flatMap(unknownsOf);
  if (value.kind === 'map') return [...value.entries.values()].flatMap(unknownsOf);
  return [];
}

/**
 * Reads a program from its syntax tree; it is never run. Names, spreads, templates of constants and choices by
 * environment (production's) are followed; everything else is unknown, with its place, and so is what is
 * assigned afterwards.
 * @throws SyntaxError for a text that is no program, with the line in `loc`.
 */
export function readProgram(text: string, file: string): ProgramReading {
  const program = syntaxOf(text);
  const evaluator = new Evaluator(program);
  const nodes = [...nodesOf(program)];
  const calls = nodes
    .filter((node) => node.type === 'CallExpression')
    .filter((node) => evaluator.functionOf(node) !== undefined)
    .map((node) => evaluator.value(node))
    .filter((value) => value.kind === 'call');
  const given = calls.filter(
    ({ name }) => name !== 'defineRailway' && name !== 'project' && name !== 'group',
  );
  const assigned = nodes.filter((node) => node.type === 'AssignmentExpression').map(lineOf);
  const lines = [...new Set([...given.flatMap(({ args }) => args.flatMap(unknownsOf)), ...assigned])];
  return { calls, unknown: lines.map((line) => ({ file, line })) };
}
