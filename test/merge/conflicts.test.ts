import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { shop, status, succeed } from '../generators/owned-repo.ts';
import { must, type Outcome, tree, vibely } from '../support.ts';
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

describe('two branches, each with a feature of its own, that are merged', () => {
  const name = 'generator-vibely';
  interface Stored {
    [name]: { features: Record<string, unknown> };
  }

  /** A merge of two branches that stands in conflict, with the answers of both put together. */
  function merged(...features: [one: string[], other: string[]]): { folder: string; conflicts: string[] } {
    const folder = shop();
    for (const [key, value] of [
      ['user.name', 'Ada'],
      ['user.email', 'ada@example.com'],
    ] as const)
      git(folder, 'config', key, value);
    git(folder, 'branch', '-q', 'other');
    for (const [branch, feature] of [
      ['main', features[0]],
      ['other', features[1]],
    ] as const) {
      git(folder, 'checkout', '-q', branch);
      succeed(folder, feature);
      commit(folder);
    }
    git(folder, 'checkout', '-q', 'main');
    assert.throws(() => git(folder, 'merge', '-q', 'other'));
    const conflicts = git(folder, 'diff', '--name-only', '--diff-filter=U').split('\n').filter(Boolean);
    return { folder, conflicts };
  }

  function keepBoth(folder: string): void {
    const [one, other] = ['main', 'other'].map((branch) =>
      JSON.parse(git(folder, 'show', `${branch}:.yo-rc.json`)),
    ) as [Stored, Stored];
    Object.assign(one[name].features, other[name].features);
    writeFileSync(join(folder, '.yo-rc.json'), `${JSON.stringify(one, undefined, 2)}\n`);
  }

  const pairs: [string[], string[]][] = [
    [['waf'], ['cache']],
    // The page on alarms is written by the other branch alone, and is another one where there is a worker.
    [
      ['worker', 'emails', '--command', 'sh'],
      ['alarms', '--email', 'ada@example.com', '--budget', '300'],
    ],
  ];
  for (const [one, other] of pairs)
    it(`have both, without a conflict, after what the message says: ${one[0]} and ${other[0]}`, () => {
      const { folder, conflicts } = merged(one, other);
      const { code, err } = vibely(['upgrade', '--yes'], { cwd: folder });
      assert.equal(code, 1);
      assert.match(err, /^VIB023 .*\.yo-rc\.json/);
      const [command = ''] = /git checkout HEAD -- .*(?= && vibely upgrade --yes\n$)/.exec(err) ?? [];
      const named = /^git checkout HEAD -- (?<paths>.*?) &&/.exec(command)?.groups?.paths?.split(' ');
      assert.deepEqual(
        named,
        conflicts.filter((path) => !['.yo-rc.json', '.vibely.lock.json'].includes(path)),
      );
      keepBoth(folder);
      must('sh', ['-ec', command], folder);
      assert.doesNotMatch(succeed(folder, ['upgrade']), /onflict/);
      // As if one branch had got one after the other.
      const wanted = shop();
      for (const feature of [one, other]) succeed(wanted, feature);
      assert.deepEqual(tree(folder), tree(wanted));
    });
});
