import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decoded, type EnvFile, readEnvFile } from './env-file.ts';
import { type Givers, secretTaken, variableTaken } from './given.ts';
import { Problem } from './problem.ts';
import { type Environment, environmentOf, readSettings } from './settings.ts';
import { type Sorted, triage } from './triage.ts';

/** What somebody has decided about variables of a file, whatever they look like. */
export interface Decisions {
  env: string;
  plain?: string[];
  secret?: string[];
}

/**
 * Reads an environment file and says where each variable belongs.
 * @throws Problem with all that is wrong with the file, the names or the decisions
 */
export function readSorted(path: string, options: Decisions): EnvFile & { sorted: Sorted[] } {
  const environment = environmentOf(readSettings(), options.env);
  const file = readEnvFile(readText(path));
  refuse(path, file.problems);
  const givers = giversOf(environment);
  refuse(path, undecidable(options, file, givers));
  const { secretNames: declared, variables } = environment;
  const { plain = [], secret = [] } = options;
  const sorted = triage(file.values, { ...givers, plain, secret, declared, variables });
  const secrets = sorted.filter(({ destination }) => destination === 'secret');
  refuse(
    path,
    secrets.flatMap(({ name }) => secretTaken(name, givers)),
  );
  return { ...file, sorted };
}

/** What gives the tasks of an environment variables. */
export function giversOf({ database, cache, container }: Environment): Givers {
  const { variables, composed, address } = container ?? {};
  return {
    database: database !== undefined,
    cache: cache !== undefined,
    container: variables && Object.keys(variables),
    composed: Object.keys({ ...composed, ...address }),
  };
}

/** Decisions that cannot be followed. */
function undecidable({ plain = [], secret = [] }: Decisions, { values }: EnvFile, givers: Givers): string[] {
  return [
    ...[...plain, ...secret].filter((name) => !values.has(name)).map((name) => `It has no ${name}.`),
    ...plain.filter((name) => secret.includes(name)).map((name) => `${name} cannot be plain and a secret.`),
    ...[...plain, ...secret]
      .filter((name) => values.has(name))
      .flatMap((name) => variableTaken(name, givers)),
  ];
}

/** @throws Problem where there is anything wrong with a file */
export function refuse(file: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new Problem({
    what: `${file} cannot be taken as it is. Nothing was changed.`,
    why: problems.join('\n       '),
    fix: 'Correct that, and run it again.',
  });
}

function readText(path: string): string {
  const text = decoded(readBytes(path));
  if (text !== undefined) return text;
  throw new Problem({
    what: `${path} cannot be read.`,
    why: 'It is neither UTF-8 nor UTF-16, so some letters would become others.',
    fix: 'Save it as UTF-8.',
  });
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(resolve(process.env.INIT_CWD ?? '.', path));
  } catch (error) {
    throw new Problem({
      what: `${path} cannot be read.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Name a file with lines like STRIPE_KEY=…',
    });
  }
}
