import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import ejs from 'ejs';
import type { Answers } from './answers.ts';
import { costData, costsOf, leversOf, pricesAsOf, pricesRegion, usageRange } from './costs.ts';
import type { CleanUp } from './ending.ts';
import {
  deployedBranch,
  environmentsOf,
  hasRelease,
  infraSettings,
  postgresVersion,
  releaseCommand,
} from './environments.ts';
import { allFeatures } from './features/all.ts';
import { featureOf } from './features/change.ts';
import { quoteWords } from './migration/commands.ts';
import { migrationFiles } from './migration/files.ts';
import { placeBeside, workflowPrefix } from './migration/places.ts';
import { opsCall } from './ops-call.ts';
import { packageRoot } from './package.ts';
import { regions } from './regions.ts';

/** A file of a generated repo. */
export interface RenderedFile {
  content: Buffer;
  executable: boolean;
}

/** A generated repo: path with forward slashes → file, in the order of the paths. */
export type RenderedRepo = ReadonlyMap<string, RenderedFile>;

/** Where the files of a template area go in the generated repo. */
const areaRoots = {
  common: '',
  docs: 'docs/',
  infra: 'infra/',
  ops: 'ops/',
  'backend-fastapi': 'backend/',
  'backend-node': 'backend/',
} as const;

/** `npm pack` drops files of these names, so the templates store them under others. */
const packedNames: Readonly<Record<string, string>> = { _gitignore: '.gitignore', _npmrc: '.npmrc' };

/**
 * Whether a path belongs to the starter app: written once, its owner's from then on. An app that was there before has
 * none.
 */
export function isSeed(path: string, { migration }: Pick<Answers, 'migration'>): boolean {
  if (migration !== undefined) return false;
  const kept = ['Dockerfile', 'Dockerfile.aws', '.dockerignore', 'buildspec.yml'].map(
    (name) => `backend/${name}`,
  );
  return path.startsWith('backend/') && !kept.includes(path);
}

/** JSON as the generated repo has it: two spaces, short lists of plain values on one line, a final newline. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(/\[\s+((?:"[^"]*"|\d+)(?:,\s+(?:"[^"]*"|\d+))*)\s+\]/g, (_, items: string) => `[${items.replace(/\s*\n\s*/g, ' ')}]`)}\n`;
}

/**
 * Whether a condition folder counts: `always`, or names joined by `+`, each a yes-no answer, a filled-in text
 * or the chosen backend; `no-` before a name turns it round.
 * @throws Error for a name that is no condition: a misspelt folder must not be left out silently.
 */
export function holds(condition: string, answers: Answers): boolean {
  const facts: Record<string, boolean> = {
    always: true,
    sse: answers.sse,
    database: answers.database,
    domain: answers.domain !== '',
    github: answers.github !== '',
    fastapi: answers.backend === 'fastapi',
    node: answers.backend === 'node',
    existing: answers.backend === 'existing',
    release: hasRelease(answers),
    ...Object.fromEntries(allFeatures.map(({ id }) => [id, id in answers.features])),
  };
  return condition.split('+').every((term) => {
    const [name, expected] = term.startsWith('no-') ? [term.slice(3), false] : [term, true];
    const fact = facts[name];
    if (fact === undefined) throw new Error(`templates: '${condition}' is no condition`);
    return fact === expected;
  });
}

/** What a template in EJS can name. */
function templateContext(answers: Answers): Record<string, unknown> {
  const costs = costsOf(answers);
  const monthly = new Map(costs.map(({ name, total }) => [name, total]));
  return {
    ...answers,
    existing: answers.backend === 'existing',
    /** What every command begins with, as in `<%- ops %> status --env dev`; and without npm's own lines. */
    ops: opsCall(answers),
    quietOps: opsCall(answers).replace('run ops', 'run --silent ops'),
    // What the files of workflows begin with, and the branch that they deploy.
    workflow: answers.migration ? workflowPrefix : '',
    branch: deployedBranch(answers),
    port: answers.migration?.container.port ?? 8000,
    healthPath: answers.migration?.container.healthPath ?? '/health',
    /** A word for YAML and for a shell, in quotes where it needs them. */
    quoted: (word: string): string => (/^[\w./-]+$/.test(word) ? word : `'${word}'`),
    release: hasRelease(answers),
    /** What runs before each deployment, as a shell takes it; empty where nothing does. */
    releaseCommand: quoteWords(releaseCommand(answers) ?? []),
    // Of an app that was there before: what its image is built without.
    dockerignore: posix.join(answers.migration?.container.context ?? 'backend', '.dockerignore'),
    postgresVersion: postgresVersion(answers),
    environments: environmentsOf(answers).map((one) => ({ ...one, monthlyUsd: monthly.get(one.name) })),
    /** By environment, what deletes that which stays in AWS of a feature that was turned off. */
    cleanUp: (id: string): CleanUp[] => featureOf(id).ending?.(answers).cleanUp ?? [],
    costs,
    levers: leversOf(answers),
    usageRange,
    pricesAsOf,
    pricesRegion,
    regionTitle: regions[answers.region]?.title,
    euRegion: regions[answers.region]?.eu,
  };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
}

function outputPath(root: string, path: string): string {
  const parts = (root + path.replace(/\.ejs$/, '')).split('/');
  const name = parts.pop() ?? '';
  return [...parts, packedNames[name] ?? name].join('/');
}

function renderFile(source: string, context: Record<string, unknown>): RenderedFile {
  const raw = readFileSync(source);
  const content = source.endsWith('.ejs')
    ? Buffer.from(ejs.render(raw.toString('utf8'), context, { filename: source }))
    : raw;
  return { content, executable: (statSync(source).mode & 0o100) !== 0 };
}

/**
 * The whole repo that follows from the answers, without `.yo-rc.json` and the lock file. The same answers give
 * the same bytes. Templates lie in `templates/<area>/<condition>/…`.
 * @throws Error when two templates write one path.
 */
export function render(answers: Answers, templates: string = join(packageRoot, 'templates')): RenderedRepo {
  const context = templateContext(answers);
  const files = new Map<string, RenderedFile>();
  const put = (given: string, file: RenderedFile): void => {
    const path = answers.migration ? placeBeside(given) : given;
    if (path === undefined) return;
    if (files.has(path)) throw new Error(`templates: ${path} is written twice`);
    files.set(path, file);
  };
  put('infra/settings.json', { content: Buffer.from(toJson(infraSettings(answers))), executable: false });
  put('ops/costs.json', { content: Buffer.from(toJson(costData(answers))), executable: false });
  for (const [path, content] of migrationFiles(answers))
    put(path, { content: Buffer.from(content), executable: false });
  for (const [area, root] of Object.entries(areaRoots)) {
    if (area.startsWith('backend-') && area !== `backend-${answers.backend}`) continue;
    const conditions = existsSync(join(templates, area)) ? readdirSync(join(templates, area)) : [];
    for (const condition of conditions.filter((name) => holds(name, answers))) {
      const folder = join(templates, area, condition);
      for (const path of filesBelow(folder))
        put(outputPath(root, path), renderFile(join(folder, path), context));
    }
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
