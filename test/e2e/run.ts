/**
 * Runs the end-to-end tests: `node test/e2e/run.ts [FILE…]`. Installs what they need first, then starts Node's test
 * runner, three files at a time: much of their time is waiting.
 */
import { type SpawnOptions, spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { checkout, e2e, nodeDirectory } from './support/paths.ts';
import { provision } from './support/provision.ts';

process.env.PATH = `${nodeDirectory}:${process.env.PATH}:/usr/sbin`;
process.chdir(checkout);
const start = Date.now();
await provision();
console.log(`provisioned in ${Math.round((Date.now() - start) / 1000)} s`);

const asked = process.argv.slice(2);
const files =
  asked.length > 0 ? asked : globSync(join(e2e, '*.e2e.ts')).map((file) => relative(checkout, file));
if (files.length === 0) throw new Error('no test files');
const flags = ['--test', '--test-concurrency=3', '--test-timeout=900000', '--test-reporter=spec'];
// In a process group of its own: the runner does not hand a signal on to the test files, which have servers to stop.
const options: SpawnOptions = { stdio: ['ignore', 'inherit', 'inherit'], detached: true };
const runner = spawn(process.execPath, [...flags, ...files.sort()], options);
process.on('exit', () => {
  if (runner.exitCode === null) process.kill(-(runner.pid as number), 'SIGTERM');
});
runner.on('exit', (code) => {
  console.log(`end to end: ${Math.round((Date.now() - start) / 1000)} s`);
  process.exit(code ?? 1);
});
