/**
 * Runs the end-to-end tests: `node test/e2e/run.ts [FILE…]`. Installs what they need first, then runs them, three files
 * at a time: much of their time is waiting. Ends with how long each file took.
 */
import { globSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { checkout, e2e, nodeDirectory } from './support/paths.ts';
import { provision } from './support/provision.ts';

/** Those that take longest, which begin first: one that begins last would run by itself. */
const longest = [
  'ops-deploy',
  'deployment-by-runbooks',
  'generated-tests',
  'features-deployed',
  'ops-database',
  'deployment-node',
  'ops-care',
  'feature-pairs',
  'deployment-fastapi',
  'migrated-apps',
];

function rank(file: string): number {
  const at = longest.indexOf(basename(file, '.e2e.ts'));
  return at === -1 ? longest.length : at;
}

const secondsSince = (start: number): number => Math.round((Date.now() - start) / 1000);

process.env.PATH = `${nodeDirectory}:${process.env.PATH}:/usr/sbin`;
process.chdir(checkout);
const start = Date.now();
await provision();
console.log(`provisioned in ${secondsSince(start)} s`);

const asked = process.argv.slice(2);
const files = asked.length > 0 ? asked : globSync(join(e2e, '*.e2e.ts')).sort();
if (files.length === 0) throw new Error('no test files');

// The test files have servers to stop: they are told when this run is ended.
const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => ended.abort());

const times: string[] = [];
const tests = run({
  files: files.sort((a, b) => rank(a) - rank(b)).map((file) => resolve(checkout, file)),
  concurrency: 3,
  timeout: 900_000,
  signal: ended.signal,
});
tests.on('test:fail', () => {
  process.exitCode = 1;
});
tests.on('test:summary', ({ file, duration_ms }) => {
  if (file !== undefined) times.push(`${Math.round(duration_ms / 1000)} s ${basename(file)}`);
});
tests
  .compose(new spec())
  .on('end', () => {
    console.log(`${times.join('\n')}\nend to end: ${secondsSince(start)} s`);
  })
  .pipe(process.stdout);
