import { call } from './called.ts';
import { type Check, type Finding, failed, ok, warning } from './checks.ts';
import { printed } from './doctor-laptop.ts';
import { Problem } from './problem.ts';

/** What the checks need to know of a repository. */
interface Repository {
  id: number;
  owner: { id: number };
  created_at: string;
  default_branch: string;
}

/** From this day on GitHub names new, renamed and transferred repositories by their ids as well. */
const idsSince = '2026-07-15';

/** @throws Problem where GitHub does not show it */
async function api<T>(path: string): Promise<T> {
  const text = await printed('gh', 'api', path);
  if (text === undefined)
    throw new Problem({
      what: `GitHub does not show ${path}.`,
      why: 'It is not there, or whoever is logged in may not see it.',
      fix: `gh api ${path}`,
    });
  return JSON.parse(text) as T;
}

/** Both forms of the subject that GitHub may send for an environment of a repository. */
export function subjectsOf(
  github: string,
  ids: { owner: number | string; repository: number | string },
  name: string,
) {
  const [owner, repository] = github.split('/');
  return {
    plain: `repo:${github}:environment:${name}`,
    withIds: `repo:${owner}@${ids.owner}/${repository}@${ids.repository}:environment:${name}`,
  };
}

/** The ids of a repository; `undefined` where nobody can be asked. */
export async function idsOf(github: string): Promise<{ owner: number; repository: number } | undefined> {
  const found = await api<Repository>(`repos/${github}`).catch(() => undefined);
  return found && { owner: found.owner.id, repository: found.id };
}

async function cli(): Promise<Finding> {
  return warning({
    what: 'The GitHub CLI is not there, or nobody is logged in.',
    why: 'What GitHub knows cannot be looked at without it.',
    fix: 'https://cli.github.com, then gh auth login',
  });
}

async function subject(github: string): Promise<Finding> {
  const [{ created_at: created }, { use_default: usual }] = await Promise.all([
    api<Repository>(`repos/${github}`),
    api<{ use_default: boolean }>(`repos/${github}/actions/oidc/customization/sub`),
  ]);
  if (!usual)
    return failed({
      what: `${github} sends a subject of its own.`,
      why: 'Its OIDC customization leaves out the environment that the role in AWS looks for.',
      fix: `gh api --method PUT repos/${github}/actions/oidc/customization/sub -F use_default=true`,
    });
  return ok(
    created >= idsSince
      ? 'the subject has the ids of owner and repository'
      : `the subject has names, and ids as well once renamed or moved`,
  );
}

async function environments(github: string, names: readonly string[]): Promise<Finding> {
  const { environments: found } = await api<{ environments: { name: string }[] }>(
    `repos/${github}/environments`,
  );
  const missing = names.filter((name) => !found.some((environment) => environment.name === name));
  if (missing.length === 0) return ok(names.join(', '));
  return failed({
    what: `GitHub has no environment ${missing.join(', ')}.`,
    why: 'deploy.yml deploys from one of that name, and only that one may log in to AWS.',
    fix: `${call} bootstrap --env ${missing[0]}`,
  });
}

async function workflow(github: string): Promise<Finding> {
  const { default_branch: branch } = await api<Repository>(`repos/${github}`);
  const { workflow_runs: [last] = [] } = await api<{
    workflow_runs?: { conclusion: string | null; status: string; html_url: string }[];
  }>(`repos/${github}/actions/workflows/deploy.yml/runs?branch=${branch}&per_page=1`);
  if (!last) return ok('deploy.yml has not run yet');
  if (last.conclusion !== 'failure') return ok(`deploy.yml: ${last.conclusion ?? last.status}`);
  return warning({
    what: 'The last run of deploy.yml failed.',
    why: last.html_url,
    fix: 'gh run view --log-failed',
  });
}

/** The repository at GitHub, as far as anybody can look at it from here. */
export async function githubChecks(github: string, names: readonly string[]): Promise<Check[]> {
  if ((await printed('gh', 'auth', 'status')) === undefined) return [{ name: 'gh', look: cli }];
  return [
    { name: 'subject', look: () => subject(github) },
    { name: 'environments', look: () => environments(github, names) },
    { name: 'workflow', look: () => workflow(github) },
  ];
}
