import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { readDocument, Unreadable } from './documents.ts';
import { warning } from './findings.ts';
import type { SourceRepo } from './repo.ts';
import type { Document, Located, Scalar } from './tree.ts';

/** Offsets at which the lines of a text begin. */
function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

function parseJson(text: string, file: string): Document {
  const starts = lineStarts(text);
  const lineOf = (offset: number): number => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  const locate = (node: Node, line: number): Located => {
    const children = node.children ?? [];
    if (node.type === 'array')
      return { file, line, value: children.map((item) => locate(item, lineOf(item.offset))) };
    if (node.type !== 'object') return { file, line, value: (node.value ?? null) as Scalar };
    const entries = children.flatMap(({ children: [key, value] = [] }): [string, Located][] =>
      key && value ? [[String(key.value), locate(value, lineOf(key.offset))]] : [],
    );
    return { file, line, value: new Map(entries) };
  };
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  if (tree === undefined || tree.type !== 'object')
    throw new Unreadable('it holds no object', lineOf(errors[0]?.offset ?? 0));
  const findings = errors
    .slice(0, 1)
    .map(({ error, offset }) =>
      warning(
        'json-invalid',
        `${file} is no strict JSON (${printParseErrorCode(error)}).`,
        'Mend it; what can be understood was read.',
        { file, line: lineOf(offset) },
      ),
    );
  return { root: locate(tree, lineOf(tree.offset)), findings };
}

/** A JSON file of the repo; comments and trailing commas are a finding, not an obstacle. Never throws. */
export function readJson(repo: SourceRepo, path: string): Document {
  return readDocument(repo, path, 'JSON', parseJson);
}
