import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { must, scratch, tree, vibely } from '../support.ts';

const folder = join(scratch(), 'shop');
vibely([folder, '--yes']);
const before = tree(folder);

function change(...args: string[]): { code: number | null; err: string } {
  const { code, err } = vibely([...args, '--yes', '--force'], { cwd: folder });
  must('git', ['add', '-A'], folder);
  must(
    'git',
    ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '-q', '--allow-empty', '-mX'],
    folder,
  );
  return { code, err };
}

/** What infra/settings.json says of prod. */
function prod(): { workers?: Record<string, unknown>; jobs?: Record<string, { schedules: string[] }> } {
  return JSON.parse(readFileSync(join(folder, 'infra/settings.json'), 'utf8')).environments.prod;
}

describe('workers and jobs', { concurrency: 1 }, () => {
  it('can be several, each with a name', () => {
    assert.equal(change('worker', 'emails', '--command', 'python -m app.emails').code, 0);
    assert.equal(change('worker', 'pdf', '--command', 'python -m app.pdf').code, 0);
    assert.equal(change('cron', 'cleanup', '--schedule', '@daily', '--command', 'python -m app.c').code, 0);
    assert.deepEqual(prod().workers, {
      emails: { command: ['python', '-m', 'app.emails'], cpu: 256, memoryMiB: 512, tasks: 1 },
      pdf: { command: ['python', '-m', 'app.pdf'], cpu: 256, memoryMiB: 512, tasks: 1 },
    });
  });

  it('are changed with --replace when one of that name is there: there are no two of one name', () => {
    assert.equal(change('worker', 'pdf', '--command', 'python -m app.print', '--replace').code, 0);
    assert.equal(change('cron', 'cleanup', '--schedule', '0 3 13 * 5', '--replace').code, 0);
    assert.deepEqual(Object.keys(prod().workers ?? {}), ['emails', 'pdf']);
    assert.match(JSON.stringify(prod().workers), /app\.print/);
    assert.deepEqual(prod().jobs?.cleanup?.schedules, ['cron(0 3 13 * ? *)', 'cron(0 3 ? * 6 *)']);
  });

  it('share their names, and the refusal says how to free one', () => {
    const job = change('cron', 'emails', '--schedule', '@daily', '--command', 'a');
    assert.equal(job.code, 1);
    assert.match(job.err, /^VIB077 There is a worker 'emails' already[\s\S]*vibely worker emails --off/);
    const worker = change('worker', 'cleanup', '--command', 'a');
    assert.equal(worker.code, 1);
    assert.match(worker.err, /^VIB071 There is a cron 'cleanup' already[\s\S]*vibely cron cleanup --off/);
  });

  it('cannot be called as a further schedule of another job is', () => {
    const job = (name: string) => change('cron', name, '--schedule', '0 3 13 * 5', '--command', 'a');
    assert.match(
      job('cleanup-2').err,
      /^VIB077 There can be no job 'cleanup-2' beside 'cleanup'[\s\S]*cleanup-again/,
    );
    assert.equal(job('cleanup-2b').code, 0);
    assert.equal(change('cron', 'cleanup-2b', '--off').code, 0);
  });

  it('go one by one, and with the last one everything that they brought', () => {
    assert.equal(change('worker', 'emails', '--off').code, 0);
    assert.deepEqual(Object.keys(prod().workers ?? {}), ['pdf']);
    assert.equal(change('worker', 'pdf', '--off').code, 0);
    assert.equal(change('cron', 'cleanup', '--off').code, 0);
    assert.deepEqual(tree(folder), before);
  });
});
