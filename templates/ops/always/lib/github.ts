import { call } from './called.ts';
import { say, step } from './output.ts';
import { runProgram } from './program.ts';
import type { Environment } from './settings.ts';
import { deployWorkflow } from './workflow.ts';

/** What GitHub has answered: what was asked for, or why not, in its own words. */
type Answer<T> = { ok: true; body: T } | { ok: false; why: string };

/** An environment as GitHub shows it. */
export interface GithubEnvironment {
  readonly name: string;
  /** `null`: every branch may use it. */
  readonly deployment_branch_policy?: {
    readonly protected_branches: boolean;
    readonly custom_branch_policies: boolean;
  } | null;
  readonly protection_rules?: readonly Rule[];
}

interface Rule {
  readonly type: string;
  readonly wait_timer?: number;
  readonly prevent_self_review?: boolean;
  readonly reviewers?: readonly { readonly type: string; readonly reviewer: { readonly id: number } }[];
}

const onlyNamed = { deployment_branch_policy: { protected_branches: false, custom_branch_policies: true } };

/**
 * Makes the GitHub environment of the same name, which only the branch of the deployments may use; prod asks its
 * reviewer first. One that is there keeps its rules. Whatever GitHub refuses is said, with what is left to do by hand:
 * AWS is prepared all the same.
 */
export async function prepareGithub(environment: Environment, repository: string): Promise<void> {
  const why = (await isLoggedIn())
    ? await tryToPrepare(environment, repository)
    : 'no GitHub CLI is logged in here (gh auth login)';
  if (why !== undefined) sayHow(environment, repository, why);
}

/** @returns why it cannot be done from here; `undefined` where it is done */
async function tryToPrepare(environment: Environment, repository: string): Promise<string | undefined> {
  const { name, branch } = environment;
  const path = `repos/${repository}/environments/${name}`;
  const found = await api<GithubEnvironment>('GET', path);
  const refused = found.ok
    ? await keepRules(name, path, found.body)
    : await makeEnvironment(environment, path, repository);
  if (refused !== undefined) return refused;
  if (found.ok && found.body.deployment_branch_policy?.protected_branches) {
    step(`GitHub: the protected branches may deploy to ${name}; that is left as it is`);
    return undefined;
  }
  return nameBranch(name, path, branch);
}

/** An environment that GitHub has made by itself lets every branch in, and takes no names before that is changed. */
async function keepRules(name: string, path: string, found: GithubEnvironment): Promise<string | undefined> {
  step(`GitHub: the environment ${name} is there and keeps its rules`);
  if (found.deployment_branch_policy) return undefined;
  // GitHub takes away what is not said again.
  const { protection_rules: rules = [] } = found;
  const waiting = rules.find(({ type }) => type === 'wait_timer');
  const reviewed = rules.find(({ type }) => type === 'required_reviewers');
  const changed = await api('PUT', path, {
    ...(waiting && { wait_timer: waiting.wait_timer }),
    ...(reviewed && {
      prevent_self_review: reviewed.prevent_self_review ?? false,
      reviewers: reviewed.reviewers?.map(({ type, reviewer }) => ({ type, id: reviewer.id })),
    }),
    ...onlyNamed,
  });
  return changed.ok ? undefined : changed.why;
}

async function nameBranch(name: string, path: string, branch: string): Promise<string | undefined> {
  const policies = await api<{ branch_policies?: { name: string }[] }>(
    'GET',
    `${path}/deployment-branch-policies`,
  );
  if (policies.ok && policies.body.branch_policies?.some((policy) => policy.name === branch))
    return undefined;
  const named = await api('POST', `${path}/deployment-branch-policies`, { name: branch });
  if (!named.ok) return named.why;
  step(`GitHub: only ${branch} may deploy to ${name}`);
  return undefined;
}

async function makeEnvironment(
  { name }: Environment,
  path: string,
  repository: string,
): Promise<string | undefined> {
  const me = name === 'prod' ? await api<{ id: number; login: string }>('GET', 'user') : undefined;
  if (me?.ok) {
    const reviewers = [{ type: 'User', id: me.body.id }];
    if ((await api('PUT', path, { reviewers, ...onlyNamed })).ok) {
      step(`GitHub: made the environment ${name}; ${me.body.login} reviews its deployments`);
      return undefined;
    }
  }
  const made = await api('PUT', path, onlyNamed);
  if (!made.ok) return made.why;
  step(`GitHub: made the environment ${name}`);
  if (name === 'prod')
    say(
      `note: GitHub takes no reviewers for ${repository}: in a private repository they need GitHub Enterprise. ` +
        `Without one ${deployWorkflow()} stops before prod; start it by hand: gh workflow run ${deployWorkflow()} --repo ${repository}`,
    );
  return undefined;
}

async function isLoggedIn(): Promise<boolean> {
  return runProgram('gh', ['auth', 'status'], { quiet: true }).then(
    ({ code }) => code === 0,
    // There is no such program.
    () => false,
  );
}

async function api<T>(method: 'GET' | 'PUT' | 'POST', path: string, body?: object): Promise<Answer<T>> {
  const args = body === undefined ? ['api', path] : ['api', '--method', method, path, '--input', '-'];
  const { code, stdout, stderr } = await runProgram('gh', args, {
    quiet: true,
    ...(body !== undefined && { input: JSON.stringify(body) }),
  });
  if (code !== 0) return { ok: false, why: stderr.trim() || `gh ${args.join(' ')} ended with ${code}` };
  return { ok: true, body: JSON.parse(stdout || '{}') as T };
}

function sayHow({ name, branch }: Environment, repository: string, why: string): void {
  say(`GitHub: ${why}`);
  if (/HTTP 404/.test(why))
    say(`There is no repository ${repository} yet, or you do not administrate it. Once it is there, run this again: ${call} bootstrap --env ${name}
  gh repo create ${repository} --private --source .`);
  else if (/HTTP (402|403|422)/.test(why))
    say('In a private repository environments need GitHub Pro or Team; in a public one nothing.');
  say(`By hand, at https://github.com/${repository}/settings/environments:
  1. New environment: ${name}
  2. Deployment branches and tags: Selected branches and tags, add ${branch}`);
  if (name === 'prod') say('  3. Required reviewers: yourself');
}
