import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/package.ts';
import { answersWith, must } from '../support.ts';
import { rendered } from './synth.ts';

/** Installs a lock file once and keeps the result in `.cache`, under the lock's own hash. */
function installed(backend: string): string {
  const hash = createHash('sha256')
    .update(readFileSync(join(backend, 'package-lock.json')))
    .digest('hex')
    .slice(0, 16);
  const folder = join(packageRoot, '.cache/backend-node', hash);
  if (existsSync(folder)) return join(folder, 'node_modules');
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(join(backend, file), join(unfinished, file));
  must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], unfinished);
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
  return join(folder, 'node_modules');
}

for (const database of [true, false])
  for (const sse of [true, false])
    describe(`the Node.js backend ${database ? 'with' : 'without'} a database and ${sse ? 'with' : 'without'} SSE`, () => {
      const backend = join(rendered(answersWith({ backend: 'node', database, sse })), 'backend');
      symlinkSync(installed(backend), join(backend, 'node_modules'));
      for (const script of ['typecheck', 'lint', 'build'])
        it(`passes its own ${script}`, () => {
          must('npm', ['run', '--silent', script], backend);
        });
    });
