import { parse } from 'dotenv';

/** What an environment file says. */
export interface EnvFile {
  values: Map<string, string>;
  /** What cannot be taken as it stands, a sentence each, without any value. */
  problems: string[];
}

/** Text of a file in UTF-8, or in UTF-16 as Windows PowerShell writes it; undefined where it is neither. */
export function decoded(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const wide =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff && 'utf-16be';
  try {
    return new TextDecoder(wide || 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Reads an environment file, or a JSON object as `heroku config --json` prints it. What two programs would read in two ways is a problem and no value: whatever has read
 * the file so far, it was not this one.
 */
export function readEnvFile(text: string): EnvFile {
  const json = objectIn(text);
  if (json) return fromObject(json);
  const values = new Map(Object.entries(parse(text)));
  if (values.size === 0) return { values, problems: [noVariable] };
  const cut = namesCutAtHash(text);
  const problems = [...values].flatMap(([name, value]) => {
    const problem = ambiguityOf(value, values) ?? (cut.get(name) === value ? hashProblem : undefined);
    return problem ? [`${name} ${problem}`] : [];
  });
  return { values, problems: [...oddLines(text), ...problems] };
}

function objectIn(text: string): object | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fromObject(json: object): EnvFile {
  const entries = Object.entries(json);
  const values = new Map(entries.map(([name, value]) => [name, String(value)]));
  const odd = entries.filter(([, value]) => !['string', 'number', 'boolean'].includes(typeof value));
  if (values.size === 0) return { values, problems: [noVariable] };
  return { values, problems: odd.map(([name]) => `${name} is no text.`) };
}

/** An assignment with all lines of its value, as dotenv finds it. */
const assignment =
  /^\s*(?:export\s+)?[\w.-]+(?:\s*=|:\s)(?:\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\n]+)?\s*(?:#.*)?$/gm;

/** Lines that set nothing although they are neither empty nor comments. Their text may be a secret. */
function oddLines(text: string): string[] {
  const rest = text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(assignment, (found) => found.replaceAll(/[^\n]/g, ''));
  const odd = rest.split('\n').flatMap((line, index) => (/^\s*(#|$)/.test(line) ? [] : [index + 1]));
  if (odd.length === 0) return [];
  return [
    odd.length === 1 ? `Line ${odd[0]} is no NAME=value.` : `Lines ${odd.join(', ')} are no NAME=value.`,
  ];
}

const noVariable = 'It has no line like NAME=value.';
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
