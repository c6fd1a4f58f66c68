import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { tree } from '../../support.ts';
import { apps, changes, commit, copyOf, migrate, run } from './migrated.ts';

describe('an app that is migrated', () => {
  for (const name of apps.keys())
    it(`${name} keeps every file, and a second run changes nothing`, () => {
      const folder = copyOf(name);
      const before = tree(folder);
      const { code, err } = migrate(folder);
      assert.equal(code, 0, err);
      const after = tree(folder);
      for (const [path, content] of before) assert.equal(after.get(path), content, path);
      assert.ok(after.has('infra/settings.json') && after.has('docs/MIGRATION.md'));
      commit(folder);
      const again = migrate(folder);
      assert.equal(again.code, 0, again.err);
      assert.match(again.out, /Nothing to do: everything is up to date/);
      assert.equal(changes(folder), '');
    });

  it('is given nothing that speaks for the whole repo', () => {
    const folder = copyOf('shop-render');
    const before = tree(folder);
    migrate(folder);
    const added = [...tree(folder).keys()].filter((path) => !before.has(path));
    const tops = new Set(added.map((path) => path.split('/')[0]));
    assert.deepEqual([...tops].sort(), [
      '.dockerignore',
      '.github',
      '.vibely.lock.json',
      '.yo-rc.json',
      'Dockerfile',
      'docs',
      'infra',
      'ops',
    ]);
    assert.deepEqual(
      added.filter((path) => path.startsWith('.github/')).sort(),
      ['ci', 'deploy', 'drift'].map((workflow) => `.github/workflows/aws-${workflow}.yml`),
    );
  });
});

describe('the service behind the load balancer', () => {
  it('is the one that is named; a name that no service has is refused', () => {
    const folder = copyOf('shop-render');
    const blueprint = join(folder, 'render.yaml');
    const second = '  - {type: web, name: admin, runtime: python, startCommand: gunicorn app.admin:app}\n';
    const text = readFileSync(blueprint, 'utf8');
    writeFileSync(
      blueprint,
      text.replace('databases:\n', () => `${second}databases:\n`),
    );
    assert.match(migrate(folder, '--service', 'nope').err, /^VIB092 [\s\S]*--service api or --service admin/);
    const { code, err } = migrate(folder, '--service', 'admin');
    assert.equal(code, 0, err);
    const stored = JSON.parse(readFileSync(join(folder, '.yo-rc.json'), 'utf8'))['generator-vibely'];
    assert.equal(stored.migration.service, 'admin');
    // The second time it is known.
    assert.match(migrate(folder).out, /Nothing to do: everything is up to date/);
  });
});

describe('a file of the owner where one is generated', () => {
  it('stays as it is, wherever it lies outside of infra/ and ops/, and the difference is shown', () => {
    const model = copyOf('shop-render');
    const before = tree(model);
    migrate(model);
    const generated = [...tree(model).keys()].filter(
      (path) => !before.has(path) && !/^(infra|ops)\/|^\.(yo-rc|vibely\.lock)\.json$/.test(path),
    );
    const folder = copyOf('shop-render');
    for (const path of generated) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `FROM scratch\n# the owner's ${path}\n`);
    }
    commit(folder);
    const { code, out, err } = migrate(folder);
    assert.equal(code, 0, err);
    for (const path of generated) {
      assert.equal(readFileSync(join(folder, path), 'utf8'), `FROM scratch\n# the owner's ${path}\n`);
      if (!/Dockerfile|dockerignore|MIGRATION/.test(path))
        assert.ok(out.includes(`${path} stays as it is.`), path);
    }
    const move = readFileSync(join(folder, 'docs/MIGRATION-AWS.md'), 'utf8');
    assert.match(move, /^# shop: from Render to AWS/);
    assert.match(out, /Go through docs\/MIGRATION-AWS\.md/);
    commit(folder);
    // With what is generated for those places changed.
    const blueprint = join(folder, 'render.yaml');
    writeFileSync(blueprint, readFileSync(blueprint, 'utf8').replace('plan: standard', 'plan: pro'));
    commit(folder);
    const again = migrate(folder);
    assert.equal(again.code, 0, again.err);
    for (const path of generated)
      assert.equal(readFileSync(join(folder, path), 'utf8'), `FROM scratch\n# the owner's ${path}\n`);
    commit(folder);
    assert.match(migrate(folder).out, /Nothing to do: everything is up to date/);
  });

  it('stays without a conflict when features change what would be there', () => {
    const folder = copyOf('shop-render');
    mkdirSync(join(folder, 'docs'), { recursive: true });
    writeFileSync(join(folder, 'docs/architecture.md'), 'Ours.\n');
    commit(folder);
    assert.equal(migrate(folder).code, 0);
    for (const feature of ['waf', 'cache']) {
      commit(folder);
      const { code, out, err } = run(folder, feature, '--yes');
      assert.equal(code, 0, err);
      assert.match(out, /Yours, where another one would be generated.*:\n {2}docs\/architecture\.md\n/);
    }
    assert.equal(readFileSync(join(folder, 'docs/architecture.md'), 'utf8'), 'Ours.\n');
  });

  it('is refused in infra/ and ops/, before anything is written', () => {
    const folder = copyOf('shop-render');
    mkdirSync(join(folder, 'infra'));
    writeFileSync(join(folder, 'infra/package.json'), '{}\n');
    commit(folder);
    const before = tree(folder);
    const dry = run(folder, 'migrate', '--dry-run');
    assert.equal(dry.code, 0, dry.err);
    assert.match(
      dry.out,
      /Without --dry-run this would be refused as things are:\nVIB094 infra\/package\.json/,
    );
    const { code, err } = migrate(folder);
    assert.equal(code, 1);
    assert.match(err, /^VIB094 infra\/package\.json is there already/);
    assert.match(err, /git mv infra other-infra/);
    assert.deepEqual(tree(folder), before);
  });
});

describe('a migrated repo', () => {
  it('shows what a change of render.yaml changes, and keeps the edits of its owner', () => {
    const folder = copyOf('shop-render');
    migrate(folder);
    const settings = join(folder, 'infra/settings.json');
    writeFileSync(settings, readFileSync(settings, 'utf8').replaceAll('"backupDays": 7', '"backupDays": 14'));
    const blueprint = join(folder, 'render.yaml');
    writeFileSync(blueprint, readFileSync(blueprint, 'utf8').replace('plan: standard', 'plan: pro'));
    commit(folder);
    const { code, out, err } = migrate(folder);
    assert.equal(code, 0, err);
    assert.match(out, /\nSince the last run\n[\s\S]*\n {2}~ Size of api: pro .*; was standard/);
    assert.match(out, /USD a month: dev \+\d+\.\d\d, prod \+\d+\.\d\d/);
    assert.match(out, /Merged with your changes:\n {2}infra\/settings\.json/);
    assert.match(out, /Updated:\n( {2}.*\n)* {2}docs\/MIGRATION\.md/);
    const { environments } = JSON.parse(readFileSync(settings, 'utf8'));
    assert.deepEqual([environments.prod.cpu, environments.prod.memoryMiB], [2048, 4096]);
    assert.equal(environments.prod.database.backupDays, 14);
  });

  it('takes features, gives them back, and does not become a starter app', () => {
    const folder = copyOf('shop-render');
    migrate(folder);
    commit(folder);
    const before = tree(folder);
    const on = run(folder, 'alarms', '--email', 'ops@example.com', '--yes');
    assert.equal(on.code, 0, on.err);
    commit(folder);
    assert.equal(run(folder, 'alarms', '--off', '--yes').code, 0);
    assert.deepEqual(tree(folder), before);
    assert.match(run(folder, '.', '--backend', 'node', '--yes').err, /^VIB090 /);
    assert.deepEqual(tree(folder), before);
  });

  it('that was given a domain can go back to HTTP', () => {
    const folder = copyOf('shop-render');
    assert.equal(migrate(folder, '--domain', 'app.example.com').code, 0);
    commit(folder);
    const { code, err } = run(folder, 'https', '--off', '--yes');
    assert.equal(code, 0, err);
  });

  it('without a domain is asked by everybody himself, not by way of Vercel', () => {
    const folder = copyOf('django-heroku');
    migrate(folder);
    commit(folder);
    assert.equal(run(folder, 'waf', '--yes').code, 0);
    const { environments } = JSON.parse(readFileSync(join(folder, 'infra/settings.json'), 'utf8'));
    assert.equal(environments.prod.waf.behindProxy, false);
  });

  it('keeps the workers that its owner has added, and drops one that left render.yaml', () => {
    const folder = copyOf('shop-render');
    migrate(folder);
    const added = run(folder, 'worker', 'extra', '--command', 'python -m app.extra', '--yes');
    assert.equal(added.code, 0, added.err);
    const blueprint = join(folder, 'render.yaml');
    const text = readFileSync(blueprint, 'utf8');
    writeFileSync(
      blueprint,
      text.replace(
        / {2}- type: (pserv\n {4}name: prices|worker)\n[\s\S]*?(?= {2}- type: (worker|cron))/g,
        '',
      ),
    );
    commit(folder);
    assert.equal(migrate(folder).code, 0);
    const { environments } = JSON.parse(readFileSync(join(folder, 'infra/settings.json'), 'utf8'));
    assert.deepEqual(Object.keys(environments.prod.workers), ['extra']);
  });

  it('is not made of a starter app, nor of a backend that somebody calls existing', () => {
    const folder = copyOf('flask-procfile');
    assert.match(run(folder, 'starter', '--backend', 'existing', '--yes').err, /^VIB090 /);
    assert.equal(run(folder, 'starter', '--yes', '--skip-git').code, 0);
    assert.match(migrate(join(folder, 'starter')).err, /^VIB093 /);
  });

  it('holds no value of a secret', () => {
    const folder = copyOf('shop-render');
    migrate(folder);
    for (const [path, content] of tree(folder))
      if (path !== 'render.yaml') assert.ok(!content.includes('SENTINEL'), path);
  });
});
