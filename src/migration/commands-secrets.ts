import { isSecretSetting } from '../../templates/ops/always/lib/secrecy.ts';
import { type SecretSpan, secretSpans } from '../../templates/ops/always/lib/secret-shapes.ts';
import { secretFlags } from './commands-flags.ts';
import { gap } from './findings.ts';
import type { Finding, PlatformReading, Service, ShellLine, Variable } from './plan.ts';
import { mergedVariables, sortVariable } from './variables.ts';

/** Names of the variables that stand for secrets, by the values, which never leave the reading. */
type Secrets = ReadonlyMap<string, string>;

/** A secret in a line; `name` where it is all that an inline variable holds. */
interface Found extends SecretSpan {
  readonly name?: string;
}

const assignment = /(?<=^|[\s;(])([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|([^\s;&|()<>"']+))/dg;

function named(text: string, spans: readonly SecretSpan[], byName: boolean): Found[] {
  return [...text.matchAll(assignment)].flatMap(({ 1: name = '', indices }): Found[] => {
    const [start, end] = indices?.[2] ?? indices?.[3] ?? indices?.[4] ?? [0, 0];
    const value = text.slice(start, end);
    const isWhole = spans.some((span) => span.start === start && span.end === end);
    const isSecret = byName && !/[$`]/.test(value) && isSecretSetting(name, value);
    return isWhole || isSecret ? [{ start, end, name }] : [];
  });
}

/** Longest value that is looked for elsewhere: the engine takes no pattern of any length. */
const longestPattern = 4096;

/** Other places of values that are secrets elsewhere: `-p VALUE`, of which nothing says that it is one. */
function repeated(text: string, values: readonly string[]): Found[] {
  return values
    .filter((value) => value.length >= 6 && value.length <= longestPattern)
    .flatMap((value) => {
      const pattern = new RegExp(String.raw`(?<![\w$])${value.replaceAll(/\W/g, '\\$&')}(?!\w)`, 'g');
      return [...text.matchAll(pattern)].map(({ index }) => ({ start: index, end: index + value.length }));
    });
}

function secretsIn(text: string, byName: boolean, known: Iterable<string> = []): Found[] {
  const spans = secretSpans(text);
  const all: Found[] = [...named(text, spans, byName), ...spans, ...secretFlags(text)];
  const values = [...known, ...all.map(({ start, end }) => text.slice(start, end))];
  const sorted = [...all, ...repeated(text, values)].sort((a, b) => a.start - b.start || b.end - a.end);
  return sorted.filter(({ start }, index) => sorted.slice(0, index).every(({ end }) => end <= start));
}

/**
 * Whether a line for a shell has a secret in it.
 * @param byName whether the name of an inline variable makes its value one. @default true
 */
export const hasSecret = (text: string, byName = true): boolean => secretsIn(text, byName).length > 0;

/** The quote that is open at a place of a line. */
function quoteAt(text: string, place: number): string {
  let quote = '';
  for (let index = 0; index < place; index++) {
    const char = text.charAt(index);
    if (char === '\\' && quote !== "'") index += 1;
    else if (quote === '' && /["']/.test(char)) quote = char;
    else if (char === quote) quote = '';
  }
  return quote;
}

/** A variable in place of a text, so that a shell puts in its value as one word, whatever quotes stand around. */
function reference(text: string, { start, end }: SecretSpan, name: string): string {
  const quote = quoteAt(text, start);
  if (quote === "'") return `'"$${name}"'`;
  if (quote === '') return `"$${name}"`;
  return /\w/.test(text.charAt(end)) ? `\${${name}}` : `$${name}`;
}

function nameFor({ name }: Found, secrets: Secrets, taken: ReadonlySet<string>): string {
  const used = new Set(secrets.values());
  if (name !== undefined && !used.has(name)) return name;
  for (let number = name === undefined ? 1 : 2; ; number++) {
    const candidate = `${name ?? 'SECRET'}_${number}`;
    if (!used.has(candidate) && !taken.has(candidate)) return candidate;
  }
}

/** A line whose secrets have given their place to variables. */
interface Cleaned {
  readonly line: string;
  /** Those of before, and those of the line. */
  readonly secrets: Secrets;
  /** Names of those of the line. */
  readonly names: readonly string[];
}

/**
 * Puts variables in the place of the secrets in a line for a shell.
 * @param secrets those that are known: the same value has the same name everywhere
 * @param taken names that other variables have
 * @param byName whether the name of an inline variable makes its value a secret. @default true
 */
export function withoutSecrets(
  text: string,
  secrets: Secrets,
  taken: ReadonlySet<string>,
  byName = true,
): Cleaned {
  const known = new Map(secrets);
  const names = new Set<string>();
  let line = '';
  let at = 0;
  for (const found of secretsIn(text, byName, secrets.keys())) {
    const value = text.slice(found.start, found.end);
    const name = known.get(value) ?? nameFor(found, known, taken);
    known.set(value, name);
    names.add(name);
    line += text.slice(at, found.start) + reference(text, found, name);
    at = found.end;
  }
  return { line: line + text.slice(at), secrets: known, names: [...names] };
}

const places = ['build', 'start', 'release'] as const;

function findingOf(
  service: string,
  place: (typeof places)[number],
  names: readonly string[],
  { evidence }: ShellLine,
): Finding {
  const fix =
    place === 'build'
      ? 'They are taken out, and a build here is given no secret: mount it (RUN --mount=type=secret) and hand it over where the image is built. Make new ones: whoever has the repo knows these.'
      : `They are taken out, and the command refers to the variables. Make new ones, for whoever has the repo knows these, and set them: npm --prefix ops run ops -- secrets set ${names[0]} --env dev`;
  return gap(
    'secret-in-command',
    `The ${place} command of ${service} has secrets in it: the values of ${names.join(', ')}.`,
    fix,
    evidence,
  );
}

/** The variable that holds what was taken out of a line. */
function variableFor(
  name: string,
  value: string,
  isOfBuild: boolean,
  { evidence }: ShellLine,
  { databases, platform }: PlatformReading,
): Variable {
  const reason = 'Its value stood in a command.';
  if (isOfBuild) return { name, source: { kind: 'build', value: undefined }, reason, evidence };
  const { variable } = sortVariable({ name, value, evidence }, { databases, platform, isPublished: false });
  return variable.source.kind === 'database'
    ? variable
    : { name, source: { kind: 'secret' }, reason, evidence };
}

/** What a platform's files say, without the secrets that stand in commands: each is a variable of the service. */
export function withCleanCommands(reading: PlatformReading): PlatformReading {
  const taken = new Set(reading.services.flatMap(({ variables }) => variables.map(({ name }) => name)));
  const findings: Finding[] = [];
  let secrets: Secrets = new Map();
  const clean = (service: Service): Service => {
    const lines: Partial<Record<(typeof places)[number], ShellLine>> = {};
    const added: Record<'task' | 'build', Variable[]> = { task: [], build: [] };
    for (const place of places) {
      const line = service[place];
      if (line === undefined) continue;
      // SECRET_KEY=dummy lets a build run that needs some value.
      const cleaned = withoutSecrets(line.text, secrets, taken, place !== 'build');
      secrets = cleaned.secrets;
      if (cleaned.names.length === 0) continue;
      lines[place] = { ...line, text: cleaned.line };
      findings.push(findingOf(service.name, place, cleaned.names, line));
      const variables = [...secrets]
        .filter(([, name]) => cleaned.names.includes(name))
        .map(([value, name]) => variableFor(name, value, place === 'build', line, reading));
      added[place === 'build' ? 'build' : 'task'].push(...variables);
    }
    const variables = mergedVariables(added.task, service.variables, added.build);
    return { ...service, ...lines, variables };
  };
  const services = reading.services.map(clean);
  return {
    ...reading,
    services,
    findings: [...reading.findings.map((one) => told(one, secrets)), ...findings],
  };
}

/** A finding in which commands are cited, without the secrets. */
function told(finding: Finding, secrets: Secrets): Finding {
  const hide = (text: string): string => {
    const known = [...secrets].reduce((all, [value, name]) => all.replaceAll(value, `$${name}`), text);
    return secretSpans(known).reduceRight(
      (all, { start, end }) => `${all.slice(0, start)}…${all.slice(end)}`,
      known,
    );
  };
  return { ...finding, what: hide(finding.what), fix: hide(finding.fix) };
}
