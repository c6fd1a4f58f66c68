import { gap, note, warning } from '../migration/findings.ts';
import { ownValue } from '../migration/own-value.ts';
import type { Database, Evidence, Finding } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';
import { type Fields, fieldFindings } from './fields.ts';
import { readCall } from './railway-calls.ts';
import { readProgram } from './railway-program.ts';
import type { ServiceReading } from './railway-service.ts';
import { argument, type Call, databaseKinds, located, nameOf } from './railway-values.ts';

/** What the program of a project says. */
export interface ProjectReading {
  readonly evidence: readonly Evidence[];
  readonly readings: readonly ServiceReading[];
  readonly databases: readonly Database[];
  readonly region?: string;
  readonly findings: readonly Finding[];
}

const nothing: ProjectReading = { evidence: [], readings: [], databases: [], findings: [] };

const programs = ['.railway/railway.ts', '.railway/railway.js', '.railway/railway.mjs', 'railway.ts'];

/** Options of a database; its version is none of them. */
const databaseFields: Fields = { region: 'silent' };

/** How a server is asked for its version. */
const versionQuestions: Readonly<Record<Database['kind'], string>> = {
  postgres: 'SELECT version()',
  mysql: 'SELECT version()',
  redis: 'INFO server',
  mongo: 'db.version()',
  other: 'see its manual',
};

function databaseOf(call: Call, file: string): Database {
  return {
    name: nameOf(call),
    kind: ownValue(databaseKinds, call.name) ?? 'other',
    evidence: [{ file, line: call.line }],
  };
}

function otherFindings(
  calls: readonly Call[],
  stores: readonly Call[],
  unknown: readonly Evidence[],
  file: string,
): Finding[] {
  const databases = stores.map((call) => databaseOf(call, file));
  const buckets = calls.filter(({ name }) => name === 'bucket');
  return [
    ...databases.map(({ name, kind, evidence }) =>
      gap(
        'database-version-unknown',
        `The file does not say which version ${name} is.`,
        `Ask it (${versionQuestions[kind]}): the new one must not be older.`,
        evidence,
      ),
    ),
    ...stores.flatMap((call) => {
      const options = argument(call, 1);
      const known = options && located(options, file);
      return fieldFindings(known, databaseFields, `the database ${nameOf(call)}`, 'Railway');
    }),
    ...buckets.map((call) =>
      gap(
        'bucket',
        `The project has a bucket, ${nameOf(call)}.`,
        'Copy its objects to a bucket of S3 (aws s3 sync) and give the task its name; the role of the task takes the place of its keys.',
        { file, line: call.line },
      ),
    ),
    ...(unknown.length === 0
      ? []
      : [
          gap(
            'railway-program',
            `Parts of ${file} are known only when it runs.`,
            'It is read and never run: compare with railway config plan, and say what is missing.',
            unknown,
          ),
        ]),
  ];
}

/** The program of a project, from its text alone. */
export function readProject(repo: SourceRepo): ProjectReading {
  const file = programs.find((path) => repo.has(path));
  const foreign = ['.railway/railway.py', '.railway/railway.go'].find((path) => repo.has(path));
  if (file === undefined && foreign !== undefined)
    return {
      ...nothing,
      evidence: [{ file: foreign, line: 1 }],
      findings: [
        gap(
          'railway-program',
          `${foreign} is a program, which is not run.`,
          'Name its services by hand, from railway config plan.',
          { file: foreign, line: 1 },
        ),
      ],
    };
  if (file === undefined) return nothing;
  try {
    return readCalls(file, repo);
  } catch (error) {
    const { loc, message = '' } = error as { loc?: { line: number }; message: string };
    return {
      ...nothing,
      evidence: [{ file, line: 1 }],
      findings: [
        gap(
          'railway-program',
          `${file} cannot be parsed: ${message}.`,
          'Mend it, or name its services by hand.',
          {
            file,
            line: loc?.line ?? 1,
          },
        ),
      ],
    };
  }
}

function readCalls(file: string, repo: SourceRepo): ProjectReading {
  const { calls, unknown } = readProgram(repo.text(file) ?? '', file);
  const services = calls.filter(({ name, args }) => name === 'service' && args[0]?.kind === 'plain');
  const unnamed = calls.filter((call) => call.name === 'service' && !services.includes(call));
  const stores = calls.filter(({ name }) => ownValue(databaseKinds, name) !== undefined);
  const databases = stores.map((call) => databaseOf(call, file));
  const readings = services.map((call) => readCall(call, file, repo, calls, databases));
  const empty = warning(
    'railway-program',
    `${file} makes no service that can be seen.`,
    'Name its services by hand, from railway config plan.',
    { file, line: 1 },
  );
  const shared = calls.some(({ name }) => name === 'shared');
  return {
    evidence: [{ file, line: 1 }],
    readings,
    databases,
    findings: [
      ...(services.length === 0 ? [empty] : []),
      ...(shared
        ? [
            note(
              'railway-shared',
              'Services share variables of the project.',
              'Export them and give them with --variables.',
              { file, line: 1 },
            ),
          ]
        : []),
      ...otherFindings(calls, stores, [...unknown, ...unnamed.map(({ line }) => ({ file, line }))], file),
    ],
  };
}
