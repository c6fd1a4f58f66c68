import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package.ts';

/** Folders of cases: `repo/` is what is read, `expected.json` what must come out. */
const folder = join(packageRoot, 'test/migration/cases');

/** The names of the cases that begin with a word: `render` gives `render-flat` and so on. */
export function casesOf(word: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith(`${word}-`));
}

/** The repo of a case. */
export const repoOf = (name: string): string => join(folder, name, 'repo');

/** A value with its places in the form that people write, `render.yaml:12`, and without what is `undefined`. */
export function readable(value: unknown): unknown {
  const short = (_: string, one: unknown): unknown => {
    if (typeof one !== 'object' || one === null || !('file' in one) || !('line' in one)) return one;
    return `${String(one.file)}:${String(one.line)}`;
  };
  return JSON.parse(JSON.stringify(value, short));
}

/** What a case must come to. With UPDATE_CASES=1 it is what `actual` came to: look at the difference in git. */
export function expectedOf(name: string, actual: unknown): unknown {
  const path = join(folder, name, 'expected.json');
  if (process.env.UPDATE_CASES === '1') writeFileSync(path, `${JSON.stringify(actual, undefined, 2)}\n`);
  return JSON.parse(readFileSync(path, 'utf8'));
}
