import { supportedNode } from './package.ts';
import { Problem } from './problem.ts';

/** Whether a part of `engines`, `^22.18.0` or `>=24.11.0`, takes this version. */
function takes(part: string, major: number, minor: number): boolean {
  const [, operator, from, least] = /^(\^|>=)(\d+)\.(\d+)\.0$/.exec(part) ?? [];
  if (major === Number(from)) return minor >= Number(least);
  return operator === '>=' && major > Number(from);
}

/** @throws Problem VIB009 on another Node.js, where it would fail with a stack trace once the rest is loaded */
export function assertNode(version: string): void {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (supportedNode.split(' || ').some((part) => takes(part, major, minor))) return;
  throw new Problem('VIB009', {
    what: `This is Node.js ${version.replace(/^v/, '')}, on which vibely does not run.`,
    why: `It runs on ${supportedNode}: it uses what older ones do not have.`,
    fix: 'Install Node.js 24, with nvm install 24 or from nodejs.org, and run it again.',
  });
}
