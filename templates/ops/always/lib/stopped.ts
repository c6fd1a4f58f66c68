import type { Container, Task } from '@aws-sdk/client-ecs';
import { call } from './called.ts';

/** Why a task has ended, as ECS says it, and what to do about it. */
export interface Explanation {
  why: string;
  fix: string;
}

const runbook = 'docs/runbooks/when-something-is-wrong.md';

/** What ECS is known to say, with what helps. The first that matches is it. */
const sayings: readonly (readonly [RegExp, string])[] = [
  [/invalid ssm parameters|ParameterNotFound/i, `Set the secret that is missing: ${call} secrets list`],
  [
    /ResourceInitializationError.*AccessDenied/is,
    'The task may not read one of its secrets: deploy the stacks, which give it that permission.',
  ],
  [
    /CannotPullContainer.*(not found|manifest unknown|does not exist)/is,
    `The image is not in the registry: ${call} build`,
  ],
  [/exec format error|platform .* not supported/i, `The image is for another CPU: ${call} build`],
  [/OutOfMemory/i, 'Raise memoryMiB in infra/settings.json, and deploy.'],
  [
    /executable file not found|no such file or directory/i,
    'The image has no such program: check the command.',
  ],
  [
    /CannotPullContainer|ResourceInitializationError.*(timeout|timed out|dial tcp|connection)/is,
    'The task found no way to the registry or to SSM: check its subnets and their routes, then run it again.',
  ],
  [/capacity is unavailable/i, 'AWS has no room in this zone for now: run it again in a few minutes.'],
];

/** What exit codes mean by convention: of a shell, and 128 plus the number of the signal. */
const codes: Readonly<Record<number, string>> = {
  124: 'It took longer than it may.',
  126: 'The command is no program, or may not be run.',
  127: 'There is no such command in the image.',
  137: 'It was killed: it used too much memory, or did not end in time when it was asked to.',
  139: 'It crashed: memory that is not its own.',
  143: 'It was asked to stop.',
};

/** @param name of the container that matters */
export function whyStopped(task: Task, name: string): Explanation {
  const containers = task.containers ?? [];
  const own = containers.find((container) => container.name === name);
  const culprit = own?.exitCode === undefined ? (containers.find(failed) ?? own) : own;
  const said = [task.stoppedReason, culprit?.reason].filter(Boolean).join('; ');
  const why = [codeOf(culprit, name), said].filter(Boolean).join(' ECS says: ');
  const known = sayings.find(([pattern]) => pattern.test(said));
  return { why: why || 'ECS does not say why.', fix: known?.[1] ?? `Its log is above. ${runbook}` };
}

function failed({ exitCode }: Container): boolean {
  return exitCode !== undefined && exitCode !== 0;
}

function codeOf(container: Container | undefined, wanted: string): string {
  const { name, exitCode } = container ?? {};
  if (exitCode === undefined) return '';
  const text =
    name === wanted ? `Its exit code is ${exitCode}.` : `Its container '${name}' ended with ${exitCode}.`;
  return [text, codes[exitCode]].filter(Boolean).join(' ');
}
