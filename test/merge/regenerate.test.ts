import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { must, type Outcome, scratch, tree, vibely } from '../support.ts';

/** A generated and committed repo, as its owner has it. */
function shop(...flags: string[]): string {
  const folder = join(scratch(), 'shop');
  const { code, err } = vibely([folder, '--yes', ...flags]);
  assert.equal(code, 0, err);
  return folder;
}

const git = (cwd: string, ...args: string[]): string => must('git', args, cwd);
const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');

function edit(folder: string, path: string, change: (text: string) => string): void {
  const text = read(folder, path);
  const edited = change(text);
  assert.notEqual(edited, text, `the edit of ${path} changes nothing`);
  writeFileSync(join(folder, path), edited);
}

function commit(folder: string): void {
  git(folder, 'add', '-A');
  git(folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '-qm', 'Mine');
}

const withDomain = (folder: string): Outcome =>
  vibely(['.', '--domain', 'api.example.com', '--yes'], { cwd: folder });

describe('a changed answer, in a repo that its owner has edited', () => {
  it('merges JSON by key: the figures of the owner stay', () => {
    const folder = shop();
    edit(folder, 'infra/settings.json', (text) =>
      text.replace('"cpu": 512', '"cpu": 2048').replace('"secrets": []', '"secrets": ["STRIPE_KEY"]'),
    );
    commit(folder);
    const { code, out } = withDomain(folder);
    assert.equal(code, 0);
    assert.match(out, /Merged with your changes:\n {2}infra\/settings\.json/);
    const { dev } = JSON.parse(read(folder, 'infra/settings.json')).environments;
    assert.deepEqual([dev.cpu, dev.secrets, dev.domain], [2048, ['STRIPE_KEY'], 'dev.api.example.com']);
  });

  it('merges prose by line', () => {
    const folder = shop();
    edit(folder, 'docs/architecture.md', (text) => `${text}\nOur own decision: no Redis.\n`);
    commit(folder);
    assert.equal(withDomain(folder).code, 0);
    assert.match(read(folder, 'docs/architecture.md'), /no Redis/);
    assert.match(read(folder, 'docs/architecture.md'), /api\.example\.com|Route 53/);
  });

  it('leaves what the owner deleted deleted, and the starter app alone', () => {
    const folder = shop();
    rmSync(join(folder, 'docs/costs.md'));
    const before = tree(join(folder, 'backend'));
    commit(folder);
    assert.equal(withDomain(folder).code, 0);
    const after = tree(folder);
    assert.ok(!after.has('docs/costs.md'));
    assert.deepEqual(tree(join(folder, 'backend')), before);
  });

  it('gives back the same bytes when it is taken back', () => {
    const folder = shop();
    const before = tree(folder);
    assert.equal(withDomain(folder).code, 0);
    assert.notDeepEqual(tree(folder), before);
    assert.equal(vibely(['.', '--domain', '', '--yes'], { cwd: folder }).code, 0);
    assert.deepEqual(tree(folder), before);
  });
});

describe("the code of the starter app, which is its owner's", () => {
  const codeIn = (files: ReadonlyMap<string, string>): Map<string, string> =>
    new Map([...files].filter(([path]) => /^backend\/(?!Dockerfile$)/.test(path)));

  for (const backend of ['fastapi', 'node'])
    for (const flag of ['sse', 'database'])
      it(`stays byte for byte when ${flag} is changed, and all of the repo when it is changed back: ${backend}`, () => {
        const folder = shop('--backend', backend);
        const before = tree(folder);
        const { code, out, err } = vibely(['.', `--no-${flag}`, '--yes'], { cwd: folder });
        assert.equal(code, 0, err);
        assert.match(
          out,
          /Note: The code in backend\/ is yours and stays as it is[^\n]* backend\/(app|src)\/\S+\.(py|ts)/,
        );
        assert.deepEqual(codeIn(tree(folder)), codeIn(before));
        commit(folder);
        assert.match(vibely(['.', '--yes'], { cwd: folder }).out, /up to date/);
        assert.equal(git(folder, 'status', '--porcelain'), '');
        assert.equal(vibely(['.', `--${flag}`, '--yes'], { cwd: folder }).code, 0);
        assert.deepEqual(tree(folder), before);
      });

  it('is not written anew where the owner has thrown it away, nor added to', () => {
    const folder = shop('--no-sse');
    rmSync(join(folder, 'backend/app'), { recursive: true });
    commit(folder);
    const { code } = vibely(['.', '--sse', '--yes'], { cwd: folder });
    assert.equal(code, 0);
    assert.equal(git(folder, 'status', '--porcelain', 'backend'), '');
  });

  it('does not become one in another language', () => {
    const folder = shop();
    const before = tree(folder);
    const { code, err } = vibely(['.', '--backend', 'node', '--yes', '--force'], { cwd: folder });
    assert.equal(code, 1);
    assert.match(err, /^VIB019 [\s\S]*vibely \.\.\/other --backend node/);
    assert.deepEqual(tree(folder), before);
  });
});

describe('a true conflict', () => {
  const folder = shop();
  edit(folder, 'infra/settings.json', (text) =>
    text.replaceAll('"idleTimeoutSeconds": 3600', '"idleTimeoutSeconds": 1800'),
  );
  commit(folder);
  const outcome = vibely(['.', '--no-sse', '--yes'], { cwd: folder });

  it('ends with exit code 1 and names the file', () => {
    assert.equal(outcome.code, 1, outcome.err);
    assert.match(outcome.out, /changed the same lines of:\n {2}infra\/settings\.json/);
  });

  it('is to be decided on before anything is added to git, and nothing is called done', () => {
    assert.doesNotMatch(outcome.out, /Done\./);
    const commands = outcome.out.split('\n').filter((line) => /^ {5}git (add|commit)/.test(line));
    assert.equal(commands[0]?.trim(), 'git add infra/settings.json');
    assert.equal(commands[1]?.trim(), 'git add -A');
  });

  it('that is not decided on is refused to another change, without the advice to commit it', () => {
    const { code, err } = vibely(['.', '--sse', '--yes'], { cwd: folder });
    assert.equal(code, 1);
    assert.match(err, /^VIB037 .*infra\/settings\.json[\s\S]*Fix: Decide between the markers/);
    assert.doesNotMatch(err, /git commit -m/);
  });

  it('stands in the file as git shows one, and in the index', () => {
    assert.match(
      read(folder, 'infra/settings.json'),
      /<<<<<<< yours\n[\s\S]*1800[\s\S]*=======\n[\s\S]*60[\s\S]*>>>>>>> generated now/,
    );
    assert.match(git(folder, 'status', '--porcelain'), /^UU infra\/settings\.json$/m);
  });

  it('does not keep the rest from being written', () => {
    assert.match(git(folder, 'status', '--porcelain'), /^ ?M .*\.yo-rc\.json$/m);
  });

  it('once resolved is not asked about again', () => {
    git(folder, 'checkout', '--ours', 'infra/settings.json');
    commit(folder);
    const again = vibely(['.', '--yes'], { cwd: folder });
    assert.equal(again.code, 0);
    assert.equal(git(folder, 'status', '--porcelain'), '');
  });
});

describe('changes that are not committed', () => {
  it('in a file that would be merged are refused, and nothing is written', () => {
    const folder = shop();
    edit(folder, 'infra/settings.json', (text) => text.replace('"cpu": 512', '"cpu": 2048'));
    const before = tree(folder);
    const { code, err } = withDomain(folder);
    assert.equal(code, 1);
    assert.match(err, /^VIB036 .*infra\/settings\.json/);
    assert.deepEqual(tree(folder), before);
  });

  it('in other files are no obstacle', () => {
    const folder = shop();
    writeFileSync(join(folder, 'backend/notes.txt'), 'mine\n');
    assert.equal(withDomain(folder).code, 0);
  });
});

describe('a checkout on Windows', () => {
  it('keeps its line endings through an update and a merge', () => {
    const folder = shop();
    for (const path of ['infra/settings.json', 'docs/costs.md', 'docs/architecture.md'])
      edit(folder, path, (text) => text.replaceAll('\n', '\r\n'));
    edit(folder, 'infra/settings.json', (text) => text.replace('"cpu": 512', '"cpu": 2048'));
    commit(folder);
    assert.equal(withDomain(folder).code, 0);
    for (const path of ['infra/settings.json', 'docs/costs.md', 'docs/architecture.md'])
      assert.doesNotMatch(read(folder, path), /[^\r]\n/, path);
    assert.equal(JSON.parse(read(folder, 'infra/settings.json')).environments.dev.cpu, 2048);
  });
});

describe("the generator's own two files", () => {
  const [answers, lock] = ['.yo-rc.json', '.vibely.lock.json'] as const;
  const reformatted: Readonly<Record<string, (text: string) => string>> = {
    'with CR LF': (text) => text.replaceAll('\n', '\r\n'),
    'by tabs': (text) => `${JSON.stringify(JSON.parse(text), undefined, '\t')}\n`,
    'with a byte order mark': (text) => `\uFEFF${text}`,
  };

  for (const [how, reformat] of Object.entries(reformatted))
    it(`are left alone where only their form differs, and keep it when they change: ${how}`, () => {
      const folder = shop();
      for (const path of [answers, lock]) edit(folder, path, reformat);
      commit(folder);
      assert.match(vibely(['upgrade', '--yes'], { cwd: folder }).out, /up to date/);
      assert.equal(git(folder, 'status', '--porcelain'), '');
      assert.equal(withDomain(folder).code, 0);
      const isReformed = (path: string): boolean =>
        how === 'by tabs' ? /^\{\n\t/.test(read(folder, path)) : !/[^\r]\n/.test(read(folder, path));
      if (how !== 'with a byte order mark') assert.ok(isReformed(answers));
      if (how === 'with CR LF') assert.ok(isReformed(lock));
      assert.equal(JSON.parse(read(folder, answers).trim())['generator-vibely'].domain, 'api.example.com');
    });

  it('change by few lines where the owner has formatted the answers, and give them back', () => {
    const folder = shop();
    edit(folder, answers, reformatted['by tabs'] as (text: string) => string);
    commit(folder);
    const before = read(folder, answers);
    assert.equal(withDomain(folder).code, 0);
    const [added, removed] = git(folder, 'diff', '--numstat', answers).split('\t');
    assert.ok(Number(added) <= 9 && Number(removed) <= 2, `${added} ${removed}`);
    assert.equal(vibely(['.', '--domain', '', '--yes'], { cwd: folder }).code, 0);
    assert.deepEqual(JSON.parse(read(folder, answers)), JSON.parse(before));
  });
});

describe('a conflict in a checkout on Windows', () => {
  const path = 'infra/settings.json';
  const sides = (folder: string): string[] =>
    [1, 2, 3].map((stage) => git(folder, 'show', `:${stage}:${path}`));

  for (const autocrlf of ['true', 'false'])
    it(`has the line endings in git's index that git gives the file: autocrlf ${autocrlf}`, () => {
      const folder = shop();
      git(folder, 'config', 'core.autocrlf', autocrlf);
      edit(folder, path, (text) =>
        text.replaceAll('"idleTimeoutSeconds": 3600', '"idleTimeoutSeconds": 1800').replaceAll('\n', '\r\n'),
      );
      commit(folder);
      assert.equal(vibely(['.', '--no-sse', '--yes'], { cwd: folder }).code, 1);
      for (const side of sides(folder)) assert.equal(/\r\n/.test(side), autocrlf === 'false');
      for (const side of sides(folder)) assert.equal(/[^\r]\n/.test(side), autocrlf === 'true');
    });
});

describe('a tarball without git', () => {
  /** Without what git knows, and with an edit. */
  function unpacked(): string {
    const folder = shop();
    rmSync(join(folder, '.git'), { recursive: true });
    edit(folder, 'infra/settings.json', (text) => text.replace('"cpu": 512', '"cpu": 2048'));
    return folder;
  }

  it('is refused where there is something to merge, with the way out', () => {
    const folder = unpacked();
    const before = tree(folder);
    const { code, err } = withDomain(folder);
    assert.equal(code, 1);
    assert.match(err, /^VIB047 [\s\S]*Fix: .*git init && git add -A && git commit/);
    assert.deepEqual(tree(folder), before);
  });

  it('is merged from the old answers, rendered again, once git has it', () => {
    const folder = unpacked();
    git(folder, 'init', '-qb', 'main');
    commit(folder);
    assert.equal(withDomain(folder).code, 0);
    const { dev } = JSON.parse(read(folder, 'infra/settings.json')).environments;
    assert.deepEqual([dev.cpu, dev.domain], [2048, 'dev.api.example.com']);
  });
});

describe('a repository that git does not read', () => {
  it('is refused where there is something to merge, in the words of git', () => {
    const folder = shop();
    edit(folder, 'infra/settings.json', (text) => text.replace('"cpu": 512', '"cpu": 2048'));
    writeFileSync(join(folder, '.git/config'), '[core\n');
    const before = tree(folder);
    const { code, err } = withDomain(folder);
    assert.equal(code, 1);
    assert.match(err, /^VIB044 .*fatal: bad config line 1/);
    assert.deepEqual(tree(folder), before);
  });
});

describe('a repo from a newer version', () => {
  it('is refused with the command that helps', () => {
    const folder = shop();
    edit(folder, '.vibely.lock.json', (text) =>
      text.replace(/"generator": "[^"]+"/, '"generator": "99.0.0"'),
    );
    assert.match(withDomain(folder).err, /^VIB022 .*99\.0\.0[\s\S]*Fix: .*generator-vibely@99\.0\.0/);
  });
});

describe('a change of what the ids in AWS are made of', () => {
  it('is refused: the data would stay behind under the old ones', () => {
    const folder = shop();
    const before = tree(folder);
    const { code, err } = vibely(['.', '--name', 'kiosk', '--yes'], { cwd: folder });
    assert.equal(code, 1);
    assert.match(err, /^VIB045 'name' would change from 'shop' to 'kiosk'/);
    assert.deepEqual(tree(folder), before);
  });

  const known = [
    '--dev-account',
    '111122223333',
    '--prod-account',
    '444455556666',
    '--domain',
    'api.a.example',
  ];
  for (const [key, value, code] of [
    ['name', 'kiosk', 'VIB045'],
    ['region', 'eu-west-1', 'VIB045'],
    ['devAccount', '777788889999', 'VIB045'],
    ['prodAccount', '777788889999', 'VIB045'],
    ['domain', 'api.b.example', 'VIB046'],
    ['backend', 'node', 'VIB019'],
  ] as const)
    it(`is refused where somebody has edited the stored answers: ${key}`, () => {
      const folder = shop(...known);
      edit(folder, '.yo-rc.json', (text) => text.replace(new RegExp(`("${key}": )"[^"]*"`), `$1"${value}"`));
      edit(folder, 'infra/settings.json', (text) => text.replace('"cpu": 512', '"cpu": 2048'));
      commit(folder);
      const { code: exit, err } = vibely(['upgrade', '--yes'], { cwd: folder });
      assert.equal(exit, 1);
      assert.match(err, new RegExp(`^${code} `));
      assert.equal(git(folder, 'status', '--porcelain'), '');
    });

  it('is refused for a further environment whose account somebody has edited', () => {
    const folder = shop(...known);
    assert.equal(
      vibely(['environment', 'staging', '--account', '777788889999', '--yes'], { cwd: folder }).code,
      0,
    );
    edit(folder, '.yo-rc.json', (text) => text.replace('777788889999', '123456789012'));
    assert.match(vibely(['upgrade', '--yes'], { cwd: folder }).err, /^VIB045 'environment staging/);
  });

  it('is done with --force, for a repo that was never deployed', () => {
    const folder = shop();
    assert.equal(vibely(['.', '--name', 'kiosk', '--yes', '--force'], { cwd: folder }).code, 0);
    assert.match(read(folder, 'infra/settings.json'), /"app": "kiosk"/);
  });

  it('is no change where the account was not known yet', () => {
    assert.equal(vibely(['.', '--dev-account', '111122223333', '--yes'], { cwd: shop() }).code, 0);
  });
});

describe('the plan of a change', () => {
  it('says that the change would be refused, or end in a conflict', () => {
    const folder = shop();
    const change = (text: string): string =>
      text.replaceAll('"idleTimeoutSeconds": 3600', '"idleTimeoutSeconds": 1800');
    edit(folder, 'infra/settings.json', change);
    const dry = (): Outcome => vibely(['.', '--no-sse', '--yes', '--dry-run'], { cwd: folder });
    assert.match(dry().out, /would be refused as things are:\nVIB036/);
    commit(folder);
    assert.match(dry().out, /would end in the conflicts above/);
    assert.equal(dry().code, 0);
  });

  it('tells what it costs a month more and what it takes away', () => {
    const folder = shop('--domain', 'api.example.com');
    const { out } = vibely(['.', '--domain', '', '--yes', '--dry-run'], { cwd: folder });
    assert.match(out, /USD a month: dev −0\.50, prod −0\.50\b/);
    assert.match(out, /Note: api\.example\.com no longer leads to the app/);
  });
});
