import { call } from './called.ts';
import { type Check, type Finding, failed, ok, warning } from './checks.ts';
import { printed } from './doctor-laptop.ts';
import type { GithubEnvironment } from './github.ts';
import { Problem } from './problem.ts';
import { deployWorkflow } from './workflow.ts';

/** What the checks need to know of a repository. */
interface Repository {
  id: number;
  owner: { id: number };
  created_at: string;
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
  const { environments: found } = await api<{ environments: GithubEnvironment[] }>(
    `repos/${github}/environments`,
  );
  const missing = names.filter((name) => !found.some((environment) => environment.name === name));
  if (missing.length === 0)
    return unguarded(
      github,
      found.filter(({ name }) => names.includes(name)),
    );
  return failed({
    what: `GitHub has no environment ${missing.join(', ')}.`,
    why: `${deployWorkflow()} deploys from one of that name, and only that one may log in to AWS.`,
    fix: `${call} bootstrap --env ${missing[0]}`,
  });
}

/** Who may deploy is decided at GitHub: an environment that it has made by itself lets every branch in, and asks nobody. */
export function unguarded(github: string, found: readonly GithubEnvironment[]): Finding {
  const open = found.filter(({ deployment_branch_policy: policy }) => !policy);
  const rules = found.find(({ name }) => name === 'prod')?.protection_rules;
  const fix = `https://github.com/${github}/settings/environments`;
  const [first] = open;
  if (first)
    return warning({
      what: `Every branch may deploy to ${open.map(({ name }) => name).join(', ')}.`,
      why: 'The environment names no branch, and AWS trusts every job in it.',
      fix: `${call} bootstrap --env ${first.name}, or by hand: ${fix}`,
    });
  if (rules && !rules.some(({ type }) => type === 'required_reviewers'))
    return warning({
      what: 'Nobody is asked before prod.',
      why: `Its environment has no reviewer, so ${deployWorkflow()} stops before prod and is started by hand.`,
      fix: `Required reviewers: yourself, at ${fix}. In a private repository they need GitHub Enterprise.`,
    });
  return ok(found.map(({ name }) => name).join(', '));
}

async function workflow(github: string, branch: string): Promise<Finding> {
  const file = deployWorkflow();
  const { workflow_runs: [last] = [] } = await api<{
    workflow_runs?: { conclusion: string | null; status: string; html_url: string }[];
  }>(`repos/${github}/actions/workflows/${file}/runs?branch=${encodeURIComponent(branch)}&per_page=1`);
  if (!last) return ok(`${file} has not run yet`);
  if (last.conclusion !== 'failure') return ok(`${file}: ${last.conclusion ?? last.status}`);
  return warning({
    what: `The last run of ${file} failed.`,
    why: last.html_url,
    fix: 'gh run view --log-failed',
  });
}

/** The repository at GitHub, as far as anybody can look at it from here. */
export async function githubChecks(
  github: string,
  branch: string,
  names: readonly string[],
): Promise<Check[]> {
  if ((await printed('gh', 'auth', 'status')) === undefined) return [{ name: 'gh', look: cli }];
  return [
    { name: 'subject', look: () => subject(github) },
    { name: 'environments', look: () => environments(github, names) },
    { name: 'workflow', look: () => workflow(github, branch) },
  ];
}
