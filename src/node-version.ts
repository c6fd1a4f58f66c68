import { Problem } from './problem.ts';

/** Versions of Node.js that run this package, as `engines` of package.json has them. */
const supported = '^22.18.0 || >=24.11.0';

/** @throws Problem VIB009 on another Node.js, where it would fail with a stack trace once the rest is loaded */
export function assertNode(version: string): void {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if ((major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major > 24) return;
  throw new Problem('VIB009', {
    what: `This is Node.js ${version.replace(/^v/, '')}, on which vibely does not run.`,
    why: `It runs on ${supported}: it uses what older ones do not have.`,
    fix: 'Install Node.js 24, with nvm install 24 or from nodejs.org, and run it again.',
  });
}
