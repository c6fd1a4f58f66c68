import { relative } from 'node:path';
import type { Answers } from './answers.ts';
import { npmFolders } from './install.ts';
import { unknownAccount } from './names.ts';

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
  command: string;
  /** Whether the directory is a new one. */
  fresh: boolean;
  committed: boolean;
  /** Folders in which `npm ci` went well. */
  installed: readonly string[];
}

function installSteps({ answers, installed }: Done): Step[] {
  const folders = npmFolders(answers).filter((folder) => !installed.includes(folder));
  const python = [
    'python3.13 -m venv backend/.venv',
    'backend/.venv/bin/pip install -r backend/requirements-dev.txt',
  ];
  const commands = [
    ...folders.map((folder) => `npm --prefix ${folder} ci`),
    ...(answers.backend === 'fastapi' ? python : []),
  ];
  return commands.length > 0 ? [{ title: 'Install what the repo needs.', commands }] : [];
}

function answerSteps({ answers, command }: Done): Step[] {
  const flags = [
    answers.devAccount === unknownAccount && '--dev-account 111122223333',
    answers.prodAccount === unknownAccount && '--prod-account 444455556666',
  ].filter((flag) => flag !== false);
  if (flags.length === 0) return [];
  return [
    {
      title: 'Fill in your own AWS accounts (docs/runbooks/accounts-and-bootstrap.md).',
      commands: [`${command} . ${flags.join(' ')} --yes`],
    },
  ];
}

function commitSteps({ fresh, committed }: Done): Step[] {
  if (committed) return [];
  const start = fresh ? ['git init -b main'] : [];
  return [
    {
      title: 'Look the files over and commit them.',
      commands: [...start, 'git add -A', 'git commit -m "Add the AWS side"'],
    },
  ];
}

function githubSteps({ answers, command }: Done): Step[] {
  if (answers.github === '')
    return [
      {
        title: 'Later, for deployments from GitHub: name the repository.',
        commands: [`${command} . --github owner/repo --yes`],
      },
    ];
  return [
    {
      title: 'Put it on GitHub; docs/runbooks/first-deploy.md says how it may deploy from there.',
      commands: [`gh repo create ${answers.github} --private --source . --push`],
    },
  ];
}

/** The steps that are still to be done, in their order; the first changes into the directory. */
export function nextSteps(done: Done, from: string = process.cwd()): Step[] {
  const path = relative(from, done.directory);
  const enter: Step[] =
    path === ''
      ? []
      : [{ title: 'Go there.', commands: [`cd ${/\s/.test(path) ? JSON.stringify(path) : path}`] }];
  return [
    ...enter,
    ...installSteps(done),
    ...commitSteps(done),
    ...answerSteps(done),
    {
      title: 'Deploy dev for the first time: docs/runbooks/first-deploy.md, command by command.',
      commands: [],
    },
    ...githubSteps(done),
  ];
}
