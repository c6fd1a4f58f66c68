import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar as YamlScalar,
} from 'yaml';
import { readDocument, Unreadable } from './documents.ts';
import { note, warning } from './findings.ts';
import type { Finding } from './plan.ts';
import type { SourceRepo } from './repo.ts';
import { type Document, deepest, entriesOf, itemsOf, type Located, mostValues, type Scalar } from './tree.ts';

/** Turns the nodes of one document into located values, its aliases written out. */
class Reader {
  readonly findings: Finding[] = [];
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, Node>();
  #values = 0;

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  lineOf(node: unknown): number {
    const offset = (node as { range?: [number, number, number] | null } | null)?.range?.[0];
    return offset === undefined ? 1 : this.#lines.linePos(offset).line;
  }

  read(node: Node | null, line: number, depth: number): Located {
    const file = this.#file;
    this.#values += 1;
    if (this.#values > mostValues || depth > deepest)
      throw new Unreadable('its aliases stand for more than a file of settings can mean', line);
    if (node === null) return { file, line, value: null };
    if (isAlias(node)) return this.#alias(node.source, line, depth);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return { file, line, value: this.#entries(node.items as Pair[], depth) };
    if (isSeq(node))
      return {
        file,
        line,
        value: node.items.map((item) => this.read(item as Node | null, this.lineOf(item), depth + 1)),
      };
    return isScalar(node) ? this.#scalar(node, line) : { file, line, value: null };
  }

  #alias(name: string, line: number, depth: number): Located {
    const target = this.#anchors.get(name);
    if (target === undefined) throw new Unreadable(`there is no anchor &${name}`, line);
    return this.read(target, line, depth + 1);
  }

  #scalar({ value, source }: YamlScalar, line: number): Located {
    const file = this.#file;
    const plain = ['string', 'number', 'boolean'].includes(typeof value) || value === null;
    if (!plain) return { file, line, value: source ?? String(value) };
    const text = typeof value === 'string' ? value : source;
    return { file, line, value: value as Scalar, ...(text !== undefined && { text }) };
  }

  #entries(pairs: readonly Pair[], depth: number): ReadonlyMap<string, Located> {
    const own = new Map<string, Located>();
    const merged = new Map<string, Located>();
    for (const { key, value } of pairs) {
      const line = this.lineOf(key);
      const name = isScalar(key) ? (key.source ?? String(key.value)) : 'a key that is no text';
      const node = this.read(value as Node | null, line, depth + 1);
      if (name === '<<') {
        for (const one of [node, ...itemsOf(node)])
          for (const [inherited, entry] of entriesOf(one))
            if (!merged.has(inherited)) merged.set(inherited, entry);
      } else {
        if (own.has(name)) this.#twice(name, line);
        own.set(name, node);
      }
    }
    return new Map([...merged, ...own]);
  }

  #twice(name: string, line: number): void {
    const place = { file: this.#file, line };
    this.findings.push(
      warning(
        'yaml-key-twice',
        `'${name}' stands here a second time.`,
        'Keep one; this one was read.',
        place,
      ),
    );
  }
}

function parseYaml(text: string, file: string): Document {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'error',
  });
  const [error] = document.errors.filter(({ code }) => code !== 'MULTIPLE_DOCS');
  if (error) throw new Unreadable(error.message, lines.linePos(error.pos[0]).line);
  const place = { file, line: 1 };
  const several = document.errors.length > 0;
  const findings = several
    ? [warning('yaml-several-documents', `${file} holds several documents.`, 'The first was read.', place)]
    : [];
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
    return {
      root: undefined,
      findings: [
        note('yaml-empty', `${file} is empty or holds only comments.`, 'Nothing was read from it.', place),
      ],
    };
  const reader = new Reader(file, lines);
  const root = reader.read(document.contents as Node, reader.lineOf(document.contents), 0);
  return { root, findings: [...findings, ...reader.findings] };
}

/** A YAML file of the repo, by YAML 1.2, with aliases and `<<` written out; never throws. */
export function readYaml(repo: SourceRepo, path: string): Document {
  return readDocument(repo, path, 'YAML', parseYaml);
}
