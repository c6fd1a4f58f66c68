import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { Answers } from '../../src/answers.ts';
import { allFeatures } from '../../src/features/all.ts';
import { storedAnswers } from '../../src/state.ts';
import { type Findings, synthAll, typecheckAll, writeInfra } from '../rendered/many.ts';
import { scratch, tree, vibely } from '../support.ts';
import { commit, shop, status, succeed } from './owned-repo.ts';

/** A feature, and how it is turned on. */
interface Row {
  id: string;
  /** Its name, where there can be several. */
  name?: string;
  args: string[];
  /** Flags of the app that it is turned on in. */
  app?: string[];
}

const rows: Row[] = [
  { id: 'audit', args: ['--days', '400'] },
  {
    id: 'environment',
    name: 'staging',
    args: ['--account', '777788889999'],
    app: ['--github', 'acme/shop', '--domain', 'api.example.com'],
  },
  { id: 'https', args: ['--domain', 'api.example.com'] },
  {
    id: 'https',
    args: ['--domain', 'example.com', '--zone', 'Z0123456789', '--frontend', 'https://shop.example'],
  },
  { id: 'waf', args: ['--mode', 'block', '--rate-limit', '500'], app: ['--domain', 'api.example.com'] },
  { id: 'waf', args: ['--behind-proxy'], app: ['--no-database', '--no-sse', '--backend', 'node'] },
  { id: 'worker', name: 'emails', args: ['--command', "python -m app.emails --from 'The Shop'"] },
  {
    id: 'worker',
    name: 'emails',
    args: ['--command', 'node dist/emails.js'],
    app: ['--backend', 'node', '--no-database', '--github', 'acme/shop'],
  },
  {
    id: 'cron',
    name: 'cleanup',
    args: ['--schedule', '0 3 13 * 5', '--command', 'python -m app.cleanup'],
  },
  {
    id: 'cron',
    name: 'cleanup',
    args: ['--schedule', 'rate(15 minutes)', '--command', 'node dist/cleanup.js'],
    app: ['--backend', 'node', '--no-database'],
  },
  { id: 'cache', args: [], app: ['--github', 'acme/shop'] },
  { id: 'cache', args: [], app: ['--backend', 'node', '--no-database', '--no-sse'] },
  { id: 'alarms', args: ['--email', 'ops@example.com'], app: ['--domain', 'api.example.com'] },
  {
    id: 'alarms',
    args: ['--email', 'ops@example.com', '--budget', '40'],
    app: ['--no-database', '--no-sse'],
  },
];

/** What cannot be: the command, the code of the problem, and what the fix must name. */
const refusals: { app?: string[]; args: string[]; code: string; fix: RegExp }[] = [
  { args: ['https'], code: 'VIB056', fix: /vibely https --domain api\.example\.com/ },
  {
    args: ['https', '--domain', 'api.example.com', '--zone', 'example.com'],
    code: 'VIB055',
    fix: /list-hosted-zones/,
  },
  {
    args: ['https', '--domain', 'api.example.com', '--zone', 'Z0123456789', '--dev-zone', 'Z0123456789'],
    code: 'VIB056',
    fix: /--dev-zone/,
  },
  {
    args: ['https', '--domain', 'api.example.com', '--frontend', 'https://*.vercel.app'],
    code: 'VIB057',
    fix: /https:\/\/shop\.example\.com/,
  },
  { args: ['https', '--off'], code: 'VIB025', fix: /vibely status/ },
  { args: ['waf', '--mode', 'stop'], code: 'VIB050', fix: /--mode count or --mode block/ },
  { args: ['waf', '--rate-limit', '9'], code: 'VIB051', fix: /--rate-limit 2000/ },
  { args: ['alarms'], code: 'VIB060', fix: /vibely alarms --email ada@example\.com/ },
  { args: ['alarms', '--email', 'ada'], code: 'VIB060', fix: /vibely alarms --email ada@example\.com/ },
  { args: ['alarms', '--email', 'ada@example.com', '--budget', '0'], code: 'VIB061', fix: /docs\/costs\.md/ },
  { args: ['audit', '--days', '30'], code: 'VIB065', fix: /--days 365/ },
  { args: ['worker'], code: 'VIB007', fix: /vibely worker NAME/ },
  { args: ['worker', 'emails'], code: 'VIB070', fix: /--command "python/ },
  { args: ['worker', 'emails', '--command', 'sh -c "exec'], code: 'VIB070', fix: /Close the quote/ },
  { args: ['worker', 'emails', '--command', 'a && b'], code: 'VIB070', fix: /sh -c/ },
  { args: ['worker', 'Emails', '--command', 'a'], code: 'VIB071', fix: /nightly-report/ },
  { args: ['worker', 'a'.repeat(21), '--command', 'a'], code: 'VIB071', fix: /nightly-report/ },
  { args: ['worker', 'release', '--command', 'a'], code: 'VIB071', fix: /nightly-report/ },
  { args: ['worker', 'emails', '--off'], code: 'VIB025', fix: /vibely status/ },
  { args: ['cron', 'cleanup', '--command', 'a'], code: 'VIB075', fix: /0 3 \* \* 1-5/ },
  {
    args: ['cron', 'cleanup', '--schedule', '0 3 * * 8', '--command', 'a'],
    code: 'VIB075',
    fix: /0 3 \* \* 1-5/,
  },
  { args: ['cron', 'cleanup', '--schedule', '0 3 * * *'], code: 'VIB076', fix: /--command "python/ },
  {
    args: ['cron', '9-to-5', '--schedule', '0 3 * * *', '--command', 'a'],
    code: 'VIB077',
    fix: /nightly-report/,
  },
  { args: ['cache', '--off'], code: 'VIB025', fix: /vibely status/ },
  { args: ['environment'], code: 'VIB007', fix: /vibely environment NAME/ },
  { args: ['environment', 'prod'], code: 'VIB086', fix: /vibely environment staging/ },
  { args: ['environment', 'staging2'], code: 'VIB086', fix: /vibely environment staging/ },
  { args: ['environment', 'staging', '--account', '12'], code: 'VIB085', fix: /get-caller-identity/ },
  { args: ['environment', 'staging', '--off'], code: 'VIB025', fix: /vibely status/ },
];

/** What each row has made of the answers. */
const changed: { row: Row; answers: Answers }[] = [];

for (const row of rows) {
  const { id, name, args, app } = row;
  const command = [id, ...(name === undefined ? [] : [name])];
  describe(`vibely ${[...command, ...args].join(' ')}`, { concurrency: 1 }, () => {
    const folder = shop(app);
    const before = tree(folder);

    it('changes the repo', () => {
      succeed(folder, [...command, ...args]);
      const answers = storedAnswers(folder) as Answers;
      changed.push({ row, answers });
      assert.ok(id in answers.features, JSON.stringify(answers.features));
      assert.match(status(folder), /infra\//);
      commit(folder);
    });

    it('changes nothing the second time, and nothing with what it has stored', () => {
      for (const again of [[...command, ...args], command, ['upgrade']]) {
        assert.match(succeed(folder, again), /up to date/);
        assert.equal(status(folder), '');
      }
    });

    it('gives back the tree, byte for byte, when it is turned off', () => {
      succeed(folder, [...command, '--off']);
      assert.deepEqual(tree(folder), before);
    });
  });
}

/** HTTPS is the domain of the app: without the one there is not the other. */
function withoutDomain(id: string): Partial<Answers> {
  return id === 'https' ? { domain: '' } : {};
}

describe('the stacks of a repo with a feature', () => {
  const home = scratch();
  let synthesised: Findings;
  let typed: Findings;
  before(async () => {
    for (const [index, { row, answers }] of changed.entries()) {
      writeInfra(join(home, `${index}-on`), answers);
      writeInfra(join(home, `${index}-off`), { ...answers, ...withoutDomain(row.id), features: {} });
    }
    const names = changed.flatMap((_, index) => [`${index}-on`, `${index}-off`]);
    typed = typecheckAll(home, names);
    synthesised = await synthAll(home, names);
  });

  it('are all there to be looked at', () => assert.equal(changed.length, rows.length));

  for (const [index, { id, args }] of rows.entries())
    it(`pass their type check and cdk-nag, and differ from those without it: ${[id, ...args].join(' ')}`, () => {
      assert.deepEqual(typed.get(`${index}-on`), undefined);
      assert.deepEqual(synthesised.get(`${index}-on`), undefined);
      const [on, off] = ['on', 'off'].map((state) => templatesOf(join(home, `${index}-${state}`)));
      assert.notDeepEqual(on, off);
    });
});

/** File → content of the templates that a repo was synthesised to. */
function templatesOf(folder: string): Record<string, string> {
  const out = join(folder, 'infra/cdk.out');
  const files = readdirSync(out).filter((file) => file.endsWith('.template.json'));
  assert.ok(files.length > 0);
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(out, file), 'utf8')]));
}

describe('the table of features', () => {
  it('has a row for each of them', () => {
    const tried = new Set(rows.map(({ id }) => id));
    assert.deepEqual(
      allFeatures.map(({ id }) => id).filter((id) => !tried.has(id)),
      [],
    );
  });
});

describe('a worker or a job whose name is taken', () => {
  const again = [
    {
      id: 'worker',
      name: 'emails',
      first: ['--command', 'a'],
      other: ['--command', 'b'],
      fix: /another name/,
    },
    {
      id: 'cron',
      name: 'cleanup',
      first: ['--schedule', '0 3 * * *', '--command', 'a'],
      other: ['--schedule', '0 4 * * *'],
      fix: /vibely cron cleanup --replace/,
    },
  ];
  for (const { id, name, first, other, fix } of again)
    it(`is refused with other values, and changed with --replace: ${id}`, () => {
      const folder = shop();
      succeed(folder, [id, name, ...first]);
      commit(folder);
      const { code, err } = vibely([id, name, ...other, '--yes'], { cwd: folder });
      assert.equal(code, 1);
      assert.match(err, /already/);
      assert.match(err, fix);
      assert.equal(status(folder), '');
      succeed(folder, [id, name, ...other, '--replace']);
      assert.match(
        readFileSync(join(folder, '.yo-rc.json'), 'utf8'),
        new RegExp(`"${other[1]?.slice(0, 3)}`),
      );
    });
});

describe('what is stored of a repo', () => {
  const edit = (folder: string, path: string, change: (text: string) => string): void =>
    writeFileSync(join(folder, path), change(readFileSync(join(folder, path), 'utf8')));

  it('is missed, with the way to bring it back, when the answers are gone', () => {
    const folder = shop();
    rmSync(join(folder, '.yo-rc.json'));
    for (const args of [['status'], ['waf', '--yes'], ['upgrade', '--yes']]) {
      const { code, err } = vibely(args, { cwd: folder });
      assert.equal(code, 1);
      assert.match(err, /^VIB041 .+\n {2}Why: .+\n {2}Fix: .*git checkout HEAD -- \.yo-rc\.json\n$/);
    }
  });

  const contest = (text: string): string => `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> cache\n`;

  it('is told to be in conflict after a merge of two branches', () => {
    const folder = shop();
    edit(folder, '.yo-rc.json', contest);
    const { err } = vibely(['waf', '--yes'], { cwd: folder });
    assert.match(err, /^VIB023 .*\n.*\n {2}Fix: .*features of both[\s\S]*vibely upgrade/);
  });

  for (const style of ['merge', 'diff3'])
    it(`is read from both sides, where it is what was generated that is in conflict (${style})`, () => {
      const folder = shop();
      const before = readFileSync(join(folder, '.vibely.lock.json'), 'utf8');
      const base = style === 'diff3' ? '||||||| 1234567\n{}\n' : '';
      edit(folder, '.vibely.lock.json', (text) => contest(text).replace('=======\n', `${base}=======\n`));
      succeed(folder, ['upgrade']);
      assert.equal(readFileSync(join(folder, '.vibely.lock.json'), 'utf8'), before);
      assert.equal(status(folder), '');
    });

  it('is read behind a byte order mark', () => {
    const folder = shop();
    edit(folder, '.yo-rc.json', (text) => `\uFEFF${text}`);
    succeed(folder, ['waf']);
  });

  it('gets the default for a value that a feature lacks, and is refused where there is none', () => {
    const folder = shop();
    succeed(folder, ['waf']);
    edit(folder, '.yo-rc.json', (text) => text.replace(/"waf": \{[^}]*\}/, '"waf": { "mode": "count" }'));
    commit(folder);
    succeed(folder, ['upgrade']);
    assert.match(readFileSync(join(folder, '.yo-rc.json'), 'utf8'), /"rateLimit": 2000/);
    edit(folder, '.yo-rc.json', (text) => text.replace(/"waf": \{[^}]*\}/, '"worker": { "emails": {} }'));
    assert.match(vibely(['upgrade', '--yes'], { cwd: folder }).err, /^VIB070/);
  });
});

describe('a name that JavaScript knows', () => {
  it('is told apart from what is there, and refused where the CDK cannot', () => {
    const folder = shop();
    assert.match(vibely(['worker', 'constructor', '--off', '--yes'], { cwd: folder }).err, /^VIB025/);
    const refused = /^VIB07[17] .*'constructor' cannot be used[\s\S]*the CDK stumbles/;
    const named = ['constructor', '--command', 'a', '--yes'];
    assert.match(vibely(['worker', ...named], { cwd: folder }).err, refused);
    assert.match(vibely(['cron', ...named, '--schedule', '@daily'], { cwd: folder }).err, refused);
    assert.equal(status(folder), '');
  });
});

describe('a feature without a terminal', () => {
  it('is refused without --yes, and nothing is written', () => {
    const folder = shop();
    const flags = ['--mode', 'count', '--rate-limit', '2000', '--behind-proxy'];
    const { code, err } = vibely(['waf', ...flags], { cwd: folder });
    assert.equal(code, 1);
    assert.match(err, /^VIB008 [\s\S]*Fix: .*--yes/);
    assert.equal(status(folder), '');
  });

  it('whose name cannot be is refused for that, before anything is asked', () =>
    assert.match(vibely(['environment', 'dev'], { cwd: shop() }).err, /^VIB086/));
});

describe('a feature that cannot be', () => {
  for (const { app, args, code, fix } of refusals)
    it(`is refused with the reason and the command that helps: ${args.join(' ')}`, () => {
      const folder = shop(app);
      const { code: exit, err } = vibely([...args, '--yes'], { cwd: folder });
      assert.equal(exit, 1);
      assert.match(err, new RegExp(`^${code} .+\\n {2}Why: .+\\n {2}Fix: .+\\n$`));
      assert.match(err, fix);
      assert.equal(status(folder), '');
    });
});
