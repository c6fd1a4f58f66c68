import { say, step } from './output.ts';
import { Problem } from './problem.ts';
import { runProgram } from './program.ts';
import type { Environment } from './settings.ts';

/** A call of GitHub's API. */
interface Call {
  readonly method: 'PUT' | 'POST';
  readonly path: string;
  readonly body: object;
}

/**
 * Makes the GitHub environment of the same name, which only main may use; prod asks its reviewer first. One that is
 * there keeps its rules. Without a GitHub CLI that is logged in it says what to do by hand.
 */
export async function prepareGithub({ name }: Environment, repository: string): Promise<void> {
  const path = `repos/${repository}/environments/${name}`;
  if (!(await isLoggedIn())) {
    sayHow(name, repository);
    return;
  }
  if ((await get(path)) === undefined) await makeEnvironment(name, path, repository);
  else step(`GitHub: the environment ${name} is there and keeps its rules`);
  const policies = (await get(`${path}/deployment-branch-policies`)) as {
    branch_policies?: { name: string }[];
  };
  if (policies?.branch_policies?.some((policy) => policy.name === 'main')) return;
  await change({ method: 'POST', path: `${path}/deployment-branch-policies`, body: { name: 'main' } });
  step(`GitHub: only main may deploy to ${name}`);
}

async function makeEnvironment(name: string, path: string, repository: string): Promise<void> {
  const onlyNamed = { deployment_branch_policy: { protected_branches: false, custom_branch_policies: true } };
  if (name !== 'prod') {
    await change({ method: 'PUT', path, body: onlyNamed });
    step(`GitHub: made the environment ${name}`);
    return;
  }
  const me = (await get('user')) as { id: number; login: string };
  const reviewers = [{ type: 'User', id: me.id }];
  const reviewed = await tryChange({ method: 'PUT', path, body: { reviewers, ...onlyNamed } });
  if (reviewed) {
    step(`GitHub: made the environment ${name}; ${me.login} reviews its deployments`);
    return;
  }
  await change({ method: 'PUT', path, body: onlyNamed });
  say(
    `note: GitHub takes no reviewers for ${repository}: in a private repository they need GitHub Enterprise. ` +
      `Without one deploy.yml stops before prod; start it by hand: gh workflow run deploy.yml --repo ${repository}`,
  );
}

async function isLoggedIn(): Promise<boolean> {
  return runProgram('gh', ['auth', 'status'], { quiet: true }).then(
    ({ code }) => code === 0,
    // There is no such program.
    () => false,
  );
}

/** `undefined` where GitHub has no such thing. */
async function get(path: string): Promise<unknown> {
  const { code, stdout } = await runProgram('gh', ['api', path], { quiet: true });
  return code === 0 ? JSON.parse(stdout) : undefined;
}

async function tryChange({ method, path, body }: Call): Promise<boolean> {
  const args = ['api', '--method', method, path, '--input', '-'];
  const { code } = await runProgram('gh', args, { quiet: true, input: JSON.stringify(body) });
  return code === 0;
}

async function change(call: Call): Promise<void> {
  if (await tryChange(call)) return;
  throw new Problem({
    what: `GitHub refuses ${call.method} ${call.path}.`,
    why: 'The repository is not there yet, or you do not administrate it.',
    fix: `gh api --method ${call.method} ${call.path} shows its answer. Then run this again.`,
  });
}

function sayHow(name: string, repository: string): void {
  say(`GitHub: no GitHub CLI is logged in here (gh auth login). By hand, at
https://github.com/${repository}/settings/environments:
  1. New environment: ${name}
  2. Deployment branches and tags: Selected branches and tags, add main`);
  if (name === 'prod') say('  3. Required reviewers: yourself');
}
