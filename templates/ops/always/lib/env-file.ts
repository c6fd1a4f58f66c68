import { parse } from 'dotenv';

/** What an environment file says. */
export interface EnvFile {
  values: Map<string, string>;
  /** What cannot be taken as it stands, a sentence each, without any value. */
  problems: string[];
}

/**
 * Reads an environment file. What two programs would read in two ways is a problem and no value: whatever has read
 * the file so far, it was not this one.
 */
export function readEnvFile(text: string): EnvFile {
  const values = new Map(Object.entries(parse(text)));
  const cut = namesCutAtHash(text);
  const problems = [...values].flatMap(([name, value]) => {
    const problem = ambiguityOf(value, values) ?? (cut.get(name) === value ? hashProblem : undefined);
    return problem ? [`${name} ${problem}`] : [];
  });
  return { values, problems };
}

const hashProblem = 'has a # in it, where a comment begins for some: write the value in quotes.';

function ambiguityOf(value: string, values: ReadonlyMap<string, string>): string | undefined {
  if (/^["'`]/.test(value)) return 'has a quote that is not closed.';
  if (value.includes('\\"')) return 'has \\" in it: write it in single quotes, with plain " inside.';
  const references = [...value.matchAll(/\$\{(\w+)\}/g)].map(([, reference = '']) => reference);
  if (references.some((reference) => values.has(reference)))
    return 'refers to another variable: write its value out.';
  return undefined;
}

/** What is left, by name, of values without quotes that have a `#` with no space before it. */
function namesCutAtHash(text: string): Map<string, string> {
  const lines = text.matchAll(/^\s*(?:export\s+)?([\w.-]+)\s*[=:][ \t]*([^'"`\s#][^#\r\n]*[^#\s])#/gm);
  return new Map([...lines].map(([, name = '', before = '']) => [name, before]));
}
