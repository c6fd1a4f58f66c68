import { call } from './called.ts';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import type { Environment } from './settings.ts';
import { cliFlags, operate, type TargetOptions } from './target.ts';
import { runTask, startTask } from './tasks.ts';

export interface JobOptions extends TargetOptions {
  wait?: boolean;
}

/** Seconds for which `--wait` waits: no job may take longer than a week. */
const waitSeconds = 604_800;

/** Starts a job now. @returns the exit code: its own where it is waited for, else 0 */
export async function startJob(name: string, options: JobOptions): Promise<number> {
  const what = ({ prefix }: { prefix: string }) => `starts the job ${name} of ${prefix}`;
  return operate(options, { what, changes: true }, async (target) => {
    const { app, name: environment, prefix } = target.environment;
    requireJob(target.environment, name);
    const task = { definition: `${prefix}-${name}`, container: 'backend' };
    if (options.wait) return runTask(target, { ...task, timeoutSeconds: waitSeconds });
    await startTask(target, task);
    const log = `aws logs tail /${app}/${environment}/backend --log-stream-name-prefix ${name}/ --follow`;
    step(`started; its log: ${log} ${cliFlags(target.environment)}`);
    return 0;
  });
}

function requireJob({ name: environment, jobs = {} }: Environment, name: string): void {
  if (Object.hasOwn(jobs, name)) return;
  const [first = 'NAME'] = Object.keys(jobs);
  throw new Problem({
    what: `There is no job '${name}'.`,
    why: `infra/settings.json has for ${environment}: ${Object.keys(jobs).join(', ') || 'none'}.`,
    fix: `${call} job ${first} --env ${environment}`,
  });
}
