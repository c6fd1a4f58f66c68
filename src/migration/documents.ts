import { gap } from './findings.ts';
import type { Finding } from './plan.ts';
import type { SourceRepo } from './repo.ts';
import { type Document, deepest, largestDocument } from './tree.ts';

/** A parser's refusal, with the line. */
export class Unreadable extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** How deep brackets are nested; those in quotes count, which does no harm at the depths that are refused. */
function bracketDepth(text: string): number {
  let depth = 0;
  let most = 0;
  for (const char of text) {
    if (char === '[' || char === '{') most = Math.max(most, ++depth);
    else if (char === ']' || char === '}') depth = Math.max(0, depth - 1);
  }
  return most;
}

/** Whether a parser would need more memory or time than a file of settings is worth. */
function isTooDeep(text: string): boolean {
  return bracketDepth(text) > deepest || /(?:- ){64}|^ {1000}/m.test(text);
}

function refuse(path: string, format: string, line: number, why: string): Finding {
  return gap(
    `${format.toLowerCase()}-invalid`,
    `${path} is no valid ${format}: ${why.replace(/\.?\s*$/, '')}.`,
    'Mend the file, or delete it where it is not in use; nothing in it was read.',
    { file: path, line },
  );
}

/**
 * Reads and parses a file of the repo; every refusal is a finding with its line.
 * @param parse throws Unreadable, or anything at all, for what it cannot read.
 */
export function readDocument(
  repo: SourceRepo,
  path: string,
  format: 'YAML' | 'TOML' | 'JSON',
  parse: (text: string, path: string) => Document,
): Document {
  const text = repo.text(path);
  const top = { file: path, line: 1 };
  if (text === undefined || text.length > largestDocument)
    return {
      root: undefined,
      findings: [
        gap(
          'file-unreadable',
          `${path} is larger than ${largestDocument / 1024} KB or no text.`,
          'Shorten it; settings of that size are not read.',
          top,
        ),
      ],
    };
  if (isTooDeep(text))
    return { root: undefined, findings: [refuse(path, format, 1, `nested deeper than ${deepest} levels`)] };
  try {
    return parse(text, path);
  } catch (error) {
    const line = error instanceof Unreadable ? error.line : 1;
    return { root: undefined, findings: [refuse(path, format, line, (error as Error).message)] };
  }
}
