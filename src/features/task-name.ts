import { called } from '../called.ts';
import { isObject } from '../json.ts';
import type { Verdict } from '../names.ts';
import type { SettingsBlock } from './feature.ts';

/** Names that the repo itself gives to tasks, log streams, roles and services of compose.yaml. */
const taken = ['backend', 'build', 'cache', 'database', 'github', 'migrate', 'release', 'restore', 'turn'];

/** The one word of `Object.prototype` that is spelt like a name: the CDK takes an id of that name for one that is there. */
const unusable = 'constructor';

/** With `APP-ENVIRONMENT-` before and `-execution` behind, the name of a role, which ends at 64 characters (IAM). */
const longest = 20;

/** Whether a worker or a job can have this name in AWS, beside `others`, which have theirs already. */
export function checkTaskName(name: string, others: Readonly<Record<string, readonly string[]>>): Verdict {
  const what = `The name '${name}' cannot be used.`;
  const fix = 'Choose something like emails or nightly-report: small letters, digits and single hyphens.';
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    return {
      what,
      why: 'Its tasks, roles and logs in AWS are named after it: small letters, digits and single hyphens, beginning with a letter.',
      fix,
    };
  if (name.length > longest)
    return {
      what,
      why: `It has ${name.length} characters; roles are named after it and end at 64, so it may have ${longest}.`,
      fix,
    };
  if (name === unusable)
    return { what, why: 'JavaScript has something of that name everywhere: the CDK stumbles over it.', fix };
  if (taken.includes(name)) return { what, why: 'The repo has something of that name itself.', fix };
  const [kind] = Object.entries(others).find(([, names]) => names.includes(name)) ?? [];
  return kind === undefined
    ? undefined
    : {
        what: `There is a ${kind} '${name}' already.`,
        why: 'Workers and jobs share the names of their tasks, roles and logs in AWS.',
        fix: `Choose another name, or take that one away first: ${called(`${kind} ${name} --off`)}`,
      };
}

const isNumbered = (name: string, base: string): boolean =>
  name.startsWith(base) && /^-\d+$/.test(name.slice(base.length));

/** Whether a job can have this name beside other `jobs`: the second schedule of one that has several is called `NAME-2`. */
export function checkJobName(name: string, jobs: readonly string[]): Verdict {
  const other = jobs.find((one) => isNumbered(one, name) || isNumbered(name, one));
  if (other === undefined) return undefined;
  return {
    what: `There can be no job '${name}' beside '${other}'.`,
    why: 'A job can have several schedules in AWS, and from the second on they have its name with a number.',
    fix: `Choose another name, such as ${name.replace(/-\d+$/, '')}-again.`,
  };
}

/** The workers of a block that have the name of a job: the one by an answer, the other by its owner's hand. */
export function sharedTaskNames({ workers, jobs }: SettingsBlock): string[] {
  return isObject(workers) && isObject(jobs)
    ? Object.keys(workers)
        .filter((name) => Object.hasOwn(jobs, name))
        .flatMap((name) => [`workers.${name}`, `jobs.${name}`])
    : [];
}
