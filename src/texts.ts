import type { Answers } from './answers.ts';
import { called } from './called.ts';
import type { Conflict } from './conflicts.ts';
import { costsOf, type EnvironmentCosts, pricesAsOf, pricesRegion, usageRange } from './costs.ts';
import type { Ending } from './ending.ts';
import { environmentsOf, postgresVersion } from './environments.ts';
import type { Step } from './next-steps.ts';
import { packageVersion } from './package.ts';
import { type Action, type Change, isLeft } from './plan.ts';
import { regions } from './regions.ts';

function costTable(costs: readonly EnvironmentCosts[]): string {
  const items = [...new Set(costs.flatMap(({ rows }) => rows.map(({ item }) => item)))];
  const cell = (usd: number | undefined): string => (usd === undefined ? '–' : usd.toFixed(2)).padStart(9);
  const line = (item: string, cells: (number | undefined)[]): string =>
    `  ${item.padEnd(24)}${cells.map(cell).join('')}`;
  const rows = items.map((item) =>
    line(
      item,
      costs.map(({ rows }) => rows.find((row) => row.item === item)?.usd),
    ),
  );
  const head = `  ${'USD a month'.padEnd(24)}${costs.map(({ name }) => name.padStart(9)).join('')}`;
  return [
    head,
    ...rows,
    line(
      'together',
      costs.map(({ total }) => total),
    ),
  ].join('\n');
}

function madeOf(answers: Answers): string[] {
  const backends = { fastapi: 'FastAPI (Python)', node: 'Fastify (Node.js, TypeScript)', existing: '' };
  const timeout = answers.sse ? 'open connections up to an hour (SSE)' : 'requests up to a minute';
  const database = answers.database ? `RDS PostgreSQL ${postgresVersion(answers)}, ` : '';
  const entry = answers.domain
    ? `HTTPS on ${answers.domain}`
    : `HTTP${answers.migration ? '' : ', behind the front end'} (no domain yet)`;
  return [
    answers.migration
      ? `your app  as it is, built from ${answers.migration.container.dockerfile}`
      : `backend/  ${backends[answers.backend]}, with tests, Dockerfile and buildspec.yml`,
    `infra/    CDK: ECS Fargate on ${answers.architecture}, ALB, ${database}S3, SSM; ${entry}; ${timeout}`,
    `.github/  workflows that test, deploy and watch${answers.github && `, for ${answers.github}`}`,
    'ops/ and docs/  commands, architecture, costs and runbooks',
  ];
}

/** What will be made and what it costs, in the order: what, where, costs. Ends with a newline. */
export function describePlan(answers: Answers, directory: string): string {
  const places = environmentsOf(answers).map(({ name, account }) => `${name} in account ${account}`);
  const elsewhere =
    answers.region === pricesRegion ? '' : ` Prices are those of ${pricesRegion}; ${answers.region} differs.`;
  return `
${answers.name}, in ${directory}

${madeOf(answers)
  .map((line) => `  ${line}`)
  .join('\n')}

  ${places.join(', ')}, region ${answers.region} (${regions[answers.region]?.title})

${costTable(costsOf(answers))}

  One task each, running all day; plus about ${usageRange} USD for traffic, logs, storage and images.
  List prices of ${pricesAsOf} without VAT.${elsewhere} Nothing is charged before you deploy.

`;
}

/** A note with the commands that it speaks of, to be kept: the page that has them may be one that goes. */
function note({ sentence, cleanUp = [] }: Ending): string {
  const commands = cleanUp.flatMap((one) => one.commands.map((command) => `\n     ${command}`));
  return `  Note: ${sentence}${commands.join('')}`;
}

/** What a change of a generated repo means for the bill and for what is in AWS; empty where it means nothing. */
export function describeChange(costs: readonly string[], lost: readonly Ending[]): string {
  const later = lost.some(({ cleanUp = [] }) => cleanUp.length > 0) ? ', once what stays is deleted' : '';
  const bill = costs.length === 0 ? [] : [`  USD a month: ${costs.join(', ')}${later}`];
  const lines = [...bill, ...lost.map(note)];
  return lines.length === 0 ? '' : `This change:\n${lines.join('\n')}\n\n`;
}

/** That a change of a repo by older templates is an upgrade, too: said first, as it is more than was asked for. */
export function describeNewer(version: string): string {
  return `Written by generator-vibely ${version}; this is ${packageVersion}. So this brings, too, what the newer templates change. To have
that in a commit of its own, and first: ${called('upgrade')}

`;
}

const leftHeading =
  'Deleted, renamed or replaced by you, and changed in the templates; look whether you need the change';

const headings: [Action, string][] = [
  ['create', 'New'],
  ['update', 'Updated'],
  ['remove', 'Removed'],
  ['merge', 'Merged with your changes'],
  ['conflict', 'In conflict with your changes'],
  ['differs', 'There already, and different'],
  ['own', 'Yours, where another one would be generated; it stays, and what would be there is missing'],
  ['left', leftHeading],
];

/** The paths that the plan touches, grouped; with `all` every path, else new ones only as a number. */
export function describeFiles(plan: readonly Change[], all: boolean): string {
  const lines = headings.flatMap(([action, heading]) => {
    const paths = plan.filter((change) => change.action === action).map(({ path }) => path);
    if (paths.length === 0) return [];
    if (action === 'create' && !all) return [`${heading}: ${paths.length} files`];
    return [`${heading}:`, ...paths.map((path) => `  ${path}`)];
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** Said again at the end, because nothing else will: what is generated and got nowhere. */
export function describeLeft(plan: readonly Change[]): string {
  const left = plan.filter(({ action }) => isLeft(action));
  return left.length === 0 ? '' : `\n${describeFiles(left, true)}`;
}

/** The files that the owner has to decide on, and how; where `theirs` is missing, the file is no longer generated. */
export function describeConflicts(conflicts: readonly Conflict[]): string {
  const paths = (which: (of: Conflict) => boolean): string[] =>
    conflicts.filter(which).map(({ path }) => path);
  const list = (all: readonly string[]): string => all.map((path) => `  ${path}\n`).join('');
  const gone = paths(({ theirs }) => !theirs);
  const both = paths(({ theirs, base }) => theirs !== undefined && base !== undefined);
  const unknown = paths(({ theirs, base, isNew }) => theirs !== undefined && base === undefined && !isNew);
  const inPlace = paths(({ isNew }) => isNew === true);
  const decide = (all: readonly string[]): string =>
    `Decide between the markers in each, then: git add ${all.join(' ')}\n`;
  const parts = [
    both.length > 0 && `You and the templates changed the same lines of:\n${list(both)}${decide(both)}`,
    unknown.length > 0 &&
      `What was generated before could not be found (offline, or a shallow clone), so all that differs is between markers in:\n${list(unknown)}To have it merged: take this change back with git, go online or git fetch --unshallow, and run this again.\nOr as it is: ${decide(unknown)}`,
    inPlace.length > 0 &&
      `You have files of your own where new ones are generated that infra/ and ops/ do not work without; both are between markers in:\n${list(inPlace)}Put yours under another name, and keep the generated side. ${decide(inPlace)}`,
    gone.length > 0 &&
      `You edited what is no longer generated:\n${list(gone)}To keep it: git add ${gone.join(' ')}\nTo delete it: git rm ${gone.join(' ')}\n`,
  ];
  return parts
    .filter(Boolean)
    .map((part) => `\n${part}`)
    .join('');
}

/** The steps that a person still has to take, as commands to paste; with conflicts nothing is done yet. */
export function describeSteps(steps: readonly Step[], conflicts: readonly Conflict[]): string {
  const text = steps.map(({ title, commands }, index) => {
    const lines = commands.map((command) => `     ${command}`);
    return [`  ${index + 1}. ${title}`, ...lines].join('\n');
  });
  const done = conflicts.length === 0 ? 'Done. ' : '';
  return `\n${done}What is left to do:\n\n${text.join('\n')}\n`;
}
