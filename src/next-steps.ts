import { relative } from 'node:path';
import type { Answers } from './answers.ts';
import type { Conflict } from './conflicts.ts';
import { allFeatures } from './features/all.ts';
import { originStep } from './features/https.ts';
import { npmFolders } from './install.ts';
import { documentOf } from './migration/places.ts';
import type { Migration } from './migration/stored.ts';
import { unknownAccount } from './names.ts';
import { opsCall } from './ops-call.ts';

/** Something that only a person can do next. */
export interface Step {
  title: string;
  /** Commands for a shell in the new repo. */
  commands: string[];
}

/** What the run has done already, so that no step is asked for twice. */
export interface Done {
  answers: Answers;
  directory: string;
  /** How the generator was called. */
  program: string;
  /** Whether the directory is a new one. */
  fresh: boolean;
  committed: boolean;
  /** Folders in which `npm ci` went well. */
  installed: readonly string[];
}

function enterStep(directory: string, from: string): Step | undefined {
  const path = relative(from, directory);
  const quoted = /^[\w./@+-]*$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
  return path === '' ? undefined : { title: 'Go there.', commands: [`cd ${quoted}`] };
}

function installStep({ answers, installed }: Done): Step | undefined {
  const folders = npmFolders(answers).filter((folder) => !installed.includes(folder));
  const python = [
    'python3.13 -m venv backend/.venv',
    'backend/.venv/bin/pip install -r backend/requirements-dev.txt',
  ];
  const commands = [
    ...folders.map((folder) => `npm --prefix ${folder} ci`),
    ...(answers.backend === 'fastapi' ? python : []),
  ];
  return commands.length > 0 ? { title: 'Install what the repo needs.', commands } : undefined;
}

function accountsStep({ answers, program }: Done): Step | undefined {
  const missing = [
    answers.devAccount === unknownAccount && '--dev-account 111122223333',
    answers.prodAccount === unknownAccount && '--prod-account 444455556666',
  ].filter((flag) => flag !== false);
  return missing.length === 0
    ? undefined
    : {
        title: 'Tell it your AWS accounts, with their own 12 digits.',
        commands: [`${program} . ${missing.join(' ')} --yes`],
      };
}

function commitStep(done: Done): Step | undefined {
  const edits = accountsStep(done) !== undefined;
  if (done.committed && !edits) return undefined;
  const start = done.fresh && !done.committed ? ['git init -b main'] : [];
  return {
    title: 'Commit: an image is named after the commit that it is built from.',
    commands: [...start, 'git add -A', 'git commit -m "Run on AWS"'],
  };
}

const deployment = (answers: Answers): string[] =>
  ['stacks --env dev', 'deploy --env dev'].map((command) => `${opsCall(answers)} ${command}`);

const deployStep = (answers: Answers): Step => ({
  title: 'Deploy dev (docs/runbooks/first-deploy.md explains each command; no Docker is needed).',
  commands: [`${opsCall(answers)} bootstrap --env dev`, ...deployment(answers)],
});

const migrationStep = (migration: Migration): Step => ({
  title: `Go through ${documentOf(migration)}: what is open, and the move step by step, from dev to the switch.`,
  commands: [],
});

/** Before `bootstrap`, which lets the workflows of a repository in; nothing is pushed before they could log in. */
const repositoryStep = ({ github }: Answers): Step => ({
  title: 'Make its repository at GitHub, unless it is there.',
  commands: [`gh repo create ${github} --private --source .`],
});

const pushStep: Step = {
  title: 'Push it: from now on GitHub deploys what is pushed (docs/runbooks/first-deploy.md).',
  commands: ['git push --set-upstream origin HEAD'],
};

const laterGithubStep = (program: string): Step => ({
  title: 'Later, to deploy from GitHub: name the repository.',
  commands: [`${program} . --github owner/repo --yes`],
});

/** The steps that are still to be done, in their order; the first changes into the directory. */
export function nextSteps(done: Done, from: string = process.cwd()): Step[] {
  const { answers, program } = done;
  const deploying = answers.migration ? migrationStep(answers.migration) : deployStep(answers);
  const steps = [
    enterStep(done.directory, from),
    installStep(done),
    accountsStep(done),
    commitStep(done),
    ...(answers.github === ''
      ? [deploying, laterGithubStep(program)]
      : [repositoryStep(answers), deploying, pushStep]),
    originStep(answers),
  ];
  return steps.filter((step) => step !== undefined);
}

/** What a change of a generated repo leaves to do. */
export interface ChangeDone {
  /** What is in conflict since. */
  conflicts?: readonly Conflict[];
  answers: Answers;
  /** Whether the dependencies have changed and were not installed. */
  stale: boolean;
  /** Id of the generator that was run. */
  feature: string;
  /** Whether the templates are newer than those that wrote the repo: the change is an upgrade, too. */
  newer?: boolean;
  /** Name that it was given, where it takes one. */
  name?: string | undefined;
}

/** Before anything else is added to git: `git add -A` takes markers as they are, and keeps what is to be decided on. */
function decideSteps(conflicts: readonly Conflict[]): Step[] {
  const paths = (isGone: boolean): string[] =>
    conflicts.filter(({ theirs }) => (theirs === undefined) === isGone).map(({ path }) => path);
  const [marked, gone] = [paths(false), paths(true)];
  return [
    marked.length > 0 && {
      title: 'Decide on the files in conflict (above). When no markers are left in them:',
      commands: [`git add ${marked.join(' ')}`],
    },
    gone.length > 0 && {
      title: `Keep or delete what is no longer generated, as shown above: ${gone.join(', ')}.`,
      commands: [],
    },
  ].filter((step) => step !== false);
}

/** What git's log is to say. */
function commitMessage(feature: string, newer: boolean): string {
  if (feature === 'upgrade') return 'Take over what the newer templates have';
  const change = `Change ${feature === 'app' ? 'the answers' : feature}`;
  return newer ? `${change}, and take over what the newer templates have` : change;
}

/** The steps after a change of a repo that was generated before. */
export function stepsAfterChange({
  answers,
  stale,
  feature,
  newer = false,
  name,
  conflicts = [],
}: ChangeDone): Step[] {
  const install = npmFolders(answers).map((folder) => `npm --prefix ${folder} ci`);
  const own = allFeatures.find(({ id }) => id === feature);
  return [
    ...decideSteps(conflicts),
    ...(stale ? [{ title: 'Install what has changed.', commands: install }] : []),
    {
      title: 'Look it over, and commit it.',
      commands: ['git diff', 'git add -A', `git commit -m "${commitMessage(feature, newer)}"`],
    },
    ...(own?.nextSteps?.(answers, name) ?? []),
    {
      title: 'Deploy dev; prod follows as always.',
      commands: deployment(answers),
    },
    ...(own?.laterSteps?.(answers) ?? []),
  ];
}
