import type { Task } from '@aws-sdk/client-ecs';
import { Problem } from './problem.ts';
import { runProgram } from './program.ts';
import type { Target } from './target.ts';

/** What opens a session: neither is part of the SDK. */
const programs = [
  {
    name: 'aws',
    fix: 'Install it: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
  },
  {
    name: 'session-manager-plugin',
    fix: 'Install it: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html',
  },
];

/** @throws Problem where the AWS CLI or its plugin for sessions is missing */
export async function requireSessionPrograms(): Promise<void> {
  for (const { name, fix } of programs) {
    const there = await runProgram(name, ['--version'], { quiet: true }).then(
      () => true,
      () => false,
    );
    if (!there)
      throw new Problem({
        what: `There is no program ${name}.`,
        why: 'A session in a task takes the AWS CLI and its Session Manager plugin.',
        fix,
      });
  }
}

/** Whether somebody can be let in: the agent of ECS Exec runs beside the container. */
export function isOpen({ containers = [] }: Task, name: string): boolean {
  const agents = containers.find((container) => container.name === name)?.managedAgents ?? [];
  return agents.some((agent) => agent.name === 'ExecuteCommandAgent' && agent.lastStatus === 'RUNNING');
}

/**
 * Runs a command in a container that runs, with the terminal of this process.
 * @returns the exit code of the AWS CLI, which knows nothing of that of the command
 */
export async function openSession(
  { environment }: Target,
  task: string,
  container: string,
  command: string,
): Promise<number> {
  const place = ['--cluster', environment.prefix, '--task', task, '--container', container];
  // Who we are it has from our surroundings, as the CDK CLI does.
  const args = ['ecs', 'execute-command', ...place, '--interactive', '--command', command];
  args.push('--region', environment.region);
  const { code } = await runProgram('aws', args);
  return code;
}

/** Words as a shell takes them back apart. */
export function shellWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
