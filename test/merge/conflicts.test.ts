import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { shop, status, succeed } from '../generators/owned-repo.ts';
import { must, type Outcome, vibely } from '../support.ts';
import { commit } from './in-process.ts';

const git = (folder: string, ...args: string[]): string => must('git', args, folder);
const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');
const settings = 'infra/settings.json';

/** Ends in a conflict in the settings. */
function contest(folder: string): Outcome {
  const text = read(folder, settings);
  writeFileSync(
    join(folder, settings),
    text.replaceAll('"idleTimeoutSeconds": 3600', '"idleTimeoutSeconds": 1800'),
  );
  commit(folder);
  return vibely(['.', '--no-sse', '--yes'], { cwd: folder });
}

describe('a repository whose ids are SHA-256', () => {
  it('is merged, and shows a conflict as any other', () => {
    const folder = shop();
    rmSync(join(folder, '.git'), { recursive: true });
    git(folder, 'init', '-q', '--object-format=sha256');
    appendFileSync(join(folder, 'docs/architecture.md'), '\nOur own decision: no Redis.\n');
    const { code, out, err } = contest(folder);
    assert.equal(code, 1);
    assert.equal(err, '');
    assert.match(out, /Merged with your changes:\n {2}docs\/architecture\.md/);
    assert.match(status(folder), /^UU infra\/settings\.json$/m);
    assert.match(git(folder, 'show', `:1:${settings}`), /"idleTimeoutSeconds": 3600/);
  });
});

describe("git's markers in a generated file", () => {
  it('that its owner wrote as an example are no conflict', () => {
    const folder = shop();
    const example = '\n```\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> main\n```\n';
    appendFileSync(join(folder, 'AGENTS.md'), example);
    commit(folder);
    assert.match(succeed(folder, ['.']), /up to date/);
    succeed(folder, ['waf']);
    assert.ok(read(folder, 'AGENTS.md').includes(example));
    assert.match(vibely(['status'], { cwd: folder }).out, /In conflict: none/);
  });

  it('that this package left are one, also when they were added to git', () => {
    const folder = shop();
    assert.equal(contest(folder).code, 1);
    git(folder, 'add', '-A');
    assert.match(vibely(['.', '--yes'], { cwd: folder }).err, /^VIB037 .*infra\/settings\.json/);
  });
});
