import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/package.ts';
import { type Outcome, tree } from '../support.ts';
import { repoOf } from './cases.ts';
import { folderWith } from './tree.ts';

/** Runs `vibely migrate` from its source, without a terminal. */
function migrate(args: readonly string[], cwd: string, input = ''): Outcome {
  const bin = join(packageRoot, 'src/cli.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'migrate', ...args], {
    cwd,
    input,
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

const blueprint =
  'services:\n  - {type: web, name: shop, runtime: node, startCommand: node a.js, healthCheckPath: /}\n';

describe('vibely migrate --dry-run', () => {
  it('shows the plan with the places, and writes nothing', () => {
    const folder = folderWith({ 'render.yaml': blueprint });
    const before = tree(folder);
    const { code, out, err } = migrate(['--dry-run'], folder);
    assert.equal(code, 0, err);
    assert.match(out, /shop: web service, behind a load balancer {2}\[render\.yaml:2\]/);
    assert.deepEqual(tree(folder), before);
    assert.equal(err, '');
  });

  it('prints the plan as JSON, and nothing else', () => {
    const { code, out, err } = migrate(['--dry-run', '--json', repoOf('railway-program')], packageRoot);
    assert.equal(code, 0, err);
    const { platform, services } = JSON.parse(out) as { platform: string; services: { name: string }[] };
    assert.equal(platform, 'railway');
    assert.deepEqual(
      services.map(({ name }) => name),
      ['api', 'worker'],
    );
    assert.equal(err, '');
  });

  it('has all in it that docs/MIGRATION.md will say of the same repo', () => {
    const files = {
      'package.json': '{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5.1.0"}}',
      'a.js': '',
      'render.yaml': `services:
  - {type: web, name: shop, runtime: node, startCommand: node a.js, healthCheckPath: /up}
  - {type: web, name: second, runtime: node, startCommand: node b.js}
  - {type: pserv, name: elsewhere, runtime: docker, repo: "https://github.com/acme/redis"}
  - {type: cron, name: never, runtime: node, startCommand: node c.js, schedule: "0 5 31 2 *"}
  - {type: web, name: pages, runtime: static, staticPublishPath: out}
databases:
  - {name: db, postgresMajorVersion: "17"}
  - {name: reports, postgresMajorVersion: "17"}
`,
    };
    const folder = folderWith(files);
    const { out: text } = migrate(['--dry-run'], folder);
    const { out: json } = migrate(['--dry-run', '--json'], folder);
    const plan = JSON.parse(json) as { findings: { id: string; what: string }[]; rows: { what: string }[] };
    for (const id of ['second-web', 'other-image', 'schedule-never', 'static-site', 'database-elsewhere']) {
      const found = plan.findings.find((one) => one.id === id);
      assert.ok(found && text.includes(found.what), id);
    }
    assert.ok(plan.rows.some(({ what }) => what === 'Service second'));
    assert.match(text, /shop: .*\n {4}here +ECS Fargate service behind the load balancer\n/);
    assert.match(text, /second: .*\n {4}here +not carried over/);
    assert.match(
      text,
      /elsewhere: .*\n {4}here +not carried over.*\n {4}image +https:\/\/github.com\/acme\/redis\n/,
    );
    assert.equal(text.match(/ {4}port +\d+/g)?.join(), '    port       10000');
  });

  it('sorts an export of variables from a file or from standard input, and keeps no secret', () => {
    const folder = folderWith({ 'render.yaml': blueprint });
    const variables = 'API_KEY=SENTINEL\nMODE=live\n';
    writeFileSync(join(folder, 'export.txt'), variables);
    for (const [args, input] of [
      [['--variables', 'export.txt'], ''],
      [['--variables', '-'], variables],
    ] as const) {
      const { code, out, err } = migrate(['--dry-run', ...args], folder, input);
      assert.equal(code, 0, err);
      assert.match(out, /API_KEY +secret \(SSM\)/);
      assert.match(out, /MODE +"live"/);
      assert.ok(!out.includes('SENTINEL'));
    }
  });

  it('shows what it can of a repo whose platform file is broken, and writes nothing into it', () => {
    const folder = folderWith({
      'render.yaml': 'services:\n  - a: b: c\n',
      'package.json': '{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5"}}',
    });
    const before = tree(folder);
    assert.equal(migrate(['--dry-run'], folder).code, 0);
    const { code, err } = migrate(['--yes'], folder);
    assert.equal(code, 1);
    assert.match(err, /^VIB106 render\.yaml:2 cannot be read: /);
    assert.match(err, /--platform none/);
    assert.deepEqual(tree(folder), before);
  });

  it('ends without a word where nobody reads its output any more', async () => {
    const folder = folderWith({ 'render.yaml': blueprint });
    const bin = join(packageRoot, 'src/cli.ts');
    const args = [bin, 'migrate', '--dry-run', '--variables', '-'];
    const child = spawn(process.execPath, args, { cwd: folder });
    const ended = once(child, 'close');
    let err = '';
    child.stderr.on('data', (text) => {
      err += text;
    });
    child.stdout.destroy();
    await once(child.stdout, 'close');
    // It prints nothing before it has read this.
    child.stdin.end('A=1\n');
    assert.deepEqual(await ended, [141, null]);
    assert.equal(err, '');
  });

  const refusals: readonly (readonly [args: readonly string[], code: string, says: RegExp])[] = [
    [['--dry-run', '--yes', '.'], 'VIB100', /--platform render or --platform heroku/],
    [['--dry-run', '--platform', 'fly'], 'VIB101', /--platform render/],
    [['--dry-run', '--platform', 'vercel'], 'VIB101', /render, heroku, railway, fly, none/],
    [['--dry-run', 'nowhere'], 'VIB102', /no folder/],
    [['--dry-run', '--platform', 'render', '--variables', 'nowhere'], 'VIB103', /no such file/],
    [['--platform', 'render', '--json'], 'VIB105', /--dry-run --json/],
  ];
  for (const [args, problem, says] of refusals)
    it(`refuses ${args.join(' ')} with ${problem} and what to type`, () => {
      const folder = folderWith({ 'render.yaml': blueprint, Procfile: 'web: node b.js\n' });
      const { code, out, err } = migrate(args, folder);
      assert.equal(code, 1);
      assert.equal(out, '');
      assert.match(err, new RegExp(`^${problem} `));
      assert.match(err, says);
      assert.match(err, / {2}Fix: /);
    });
});
