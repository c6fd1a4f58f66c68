import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { withoutSecrets } from '../../../src/migration/commands-secrets.ts';
import { describePlan } from '../../../src/migration/describe.ts';
import { readPlan } from '../../../src/migration/read.ts';
import { repoWith } from '../tree.ts';
import { mapped, packageJson } from './plans.ts';

/** A line without its secrets, and the variables that stand for them. */
function taken(text: string): { text: string; values: Record<string, string> } {
  const { line, secrets } = withoutSecrets(text, new Map(), new Set());
  return { text: line, values: Object.fromEntries([...secrets].map(([value, name]) => [name, value])) };
}

describe('a secret in a command', () => {
  const cases: [line: string, expected: string][] = [
    ['STRIPE_KEY=sk_live_0123456789 node a.js', 'STRIPE_KEY="$STRIPE_KEY" node a.js'],
    ['DB_PASSWORD="two words" node a.js', 'DB_PASSWORD="$DB_PASSWORD" node a.js'],
    ["export API_TOKEN='x y' && node a.js", `export API_TOKEN=''"$API_TOKEN"'' && node a.js`],
    ['env JWT_SECRET=abc node a.js', 'env JWT_SECRET="$JWT_SECRET" node a.js'],
    ['node a.js --db "postgres://a:S3cret@h/x"', 'node a.js --db "$SECRET_1"'],
    ['node a.js --db=postgres://a:S3cret@h/x?y=1', 'node a.js --db="$SECRET_1"'],
    [
      `curl -H "Authorization: Bearer ghp_0123456789ab" -H 'X-Api-Key: abcdef1'`,
      `curl -H "Authorization: Bearer $SECRET_1" -H 'X-Api-Key: '"$SECRET_2"''`,
    ],
    ['node a.js --password hunter22 --token=abcdefg', 'node a.js --password "$SECRET_1" --token="$SECRET_2"'],
    [
      'node a.js --db-password hunter22 -token abc123',
      'node a.js --db-password "$SECRET_1" -token "$SECRET_2"',
    ],
    [
      `node a.js --smtp-pass 'two words' --signing-key=aB3dE5gH`,
      `node a.js --smtp-pass ''"$SECRET_1"'' --signing-key="$SECRET_2"`,
    ],
    ['curl -u admin:hunter22 x', 'curl -u "$SECRET_1" x'],
    ['curl --user "admin:hunter22" x', 'curl --user "$SECRET_1" x'],
    ['node a.js --basic admin:hunter22', 'node a.js --basic "$SECRET_1"'],
    ['curl -d x https://hooks.slack.com/services/T0/B0/abc', 'curl -d x "$SECRET_1"'],
    ['DB_PASSWORD=hunter22 a -p hunter22', 'DB_PASSWORD="$DB_PASSWORD" a -p "$DB_PASSWORD"'],
    ['a ghp_0123456789ab && b ghp_0123456789ab', 'a "$SECRET_1" && b "$SECRET_1"'],
  ];
  for (const [line, expected] of cases)
    it(`gives its place to a variable: ${line}`, () => {
      assert.equal(taken(line).text, expected);
    });

  for (const line of [
    'gunicorn a:b -b 0.0.0.0:$PORT',
    'API_KEY=$API_KEY node a.js',
    `API_KEY="\${OTHER:-}" node a.js`,
    'node a.js --db postgres://a:$PW@h/x',
    'npm run token:refresh && npm run secret:generate',
    'npm_config_production=false npm ci',
    'node --max-old-space-size=4096 a.js --key ./server.key --token $TOKEN',
    'pip install git+https://github.com/a/b@0123456789abcdef0123456789abcdef01234567',
    'MAX_TOKENS=4096 TOKEN_EXPIRE_MINUTES=30 DEBUG_TOKENS=true node a.js',
    'node a.js --sort-key created_at --ssl-key server.key --user 1000:1000 --user node:node -u www-data',
    'psql --no-password shop -u $LOGIN && curl -u "$USER:$PW" https://hooks.slack.com/services/$SLACK',
    'uvicorn a:b --host 0.0.0.0 --ws-auth none',
    'node a.js --password-file /run/secret --token-url https://id.example/token',
  ])
    it(`is none in ${line}`, () => {
      assert.equal(taken(line).text, line);
    });

  it('comes back when the line is run', () => {
    for (const [line] of cases) {
      const print = (text: string, env: Record<string, string>): string =>
        spawnSync(
          'sh',
          [
            '-c',
            `node() { echo "$@"; }; curl() { node "$@"; }; a() { node "$@"; }; b() { node "$@"; }\n${text}`,
          ],
          { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' },
        ).stdout;
      const { text, values } = taken(line.replace(/^env /, ''));
      assert.equal(print(text, values), print(line.replace(/^env /, ''), {}), text);
    }
  });

  it('of another value under the same name gets a name of its own', () => {
    const secrets = new Map<string, string>();
    const first = withoutSecrets('API_KEY=one-value node a.js', secrets, new Set());
    const second = withoutSecrets('API_KEY=other-value node b.js', first.secrets, new Set());
    assert.equal(second.line, 'API_KEY="$API_KEY_2" node b.js');
  });
});

describe('an app with secrets in its commands', () => {
  const yaml = (start: string, more = ''): string => `services:
  - type: web
    name: api
    runtime: node
    buildCommand: NPM_TOKEN=npm_SENTINEL012345 npm ci && npm run build
    startCommand: ${start}
    preDeployCommand: 'curl -H "Authorization: Bearer ghp_SENTINEL0123" https://x'
${more}`;
  const start = 'STRIPE_KEY=sk_live_SENTINEL1 node server.js --db "postgres://admin:SENTINEL2@db.example/x"';
  const files = {
    'package.json': packageJson({ express: '5' }),
    'render.yaml': yaml(
      start,
      `  - {type: worker, name: jobs, runtime: node, startCommand: 'API_TOKEN=SENTINEL3 node jobs.js'}\n`,
    ),
  };

  it('has them among its secrets, and their values nowhere', async () => {
    const plan = await readPlan(repoWith(files), {});
    const goes = await mapped(files);
    const { migration, features } = goes;
    const all = `${describePlan(plan, goes)}${JSON.stringify(plan)}${JSON.stringify({ migration, features })}`;
    assert.doesNotMatch(all, /SENTINEL/);
    assert.deepEqual(migration.secrets, ['API_TOKEN', 'SECRET_1', 'SECRET_2', 'STRIPE_KEY']);
    const script = migration.files?.Dockerfile?.split('\n').at(-2) ?? '';
    assert.match(script, /^CMD \["sh", "-c", "exec env STRIPE_KEY=/);
    assert.match(migration.release.join(' '), /^sh -c exec curl .*\$SECRET_\d/);
    assert.match(
      features.worker?.jobs?.command ?? '',
      /^sh -c 'exec env API_TOKEN="\$API_TOKEN" node jobs\.js'$/,
    );
  });

  it('is told where each stands, and what the build lacks', async () => {
    const { migration } = await mapped(files);
    const told = migration.findings.filter(({ id }) => id === 'secret-in-command');
    assert.deepEqual(
      told.map(({ level, what, evidence }) => [level, what, evidence]),
      [
        ['gap', 'The build command of api has secrets in it: the values of NPM_TOKEN.', ['render.yaml:5']],
        [
          'gap',
          'The start command of api has secrets in it: the values of STRIPE_KEY, SECRET_1.',
          ['render.yaml:6'],
        ],
        ['gap', 'The release command of api has secrets in it: the values of SECRET_2.', ['render.yaml:7']],
        ['gap', 'The start command of jobs has secrets in it: the values of API_TOKEN.', ['render.yaml:8']],
      ],
    );
  });

  it('keeps a script of package.json as it is, where that has one', async () => {
    const scripted = {
      'package.json': packageJson({ express: '5' }, 'STRIPE_KEY=sk_live_SENTINEL1 node server.js'),
      Procfile: 'web: npm start\n',
    };
    const { migration } = await mapped(scripted);
    assert.doesNotMatch(JSON.stringify(migration), /SENTINEL/);
    assert.match(migration.files?.Dockerfile ?? '', /CMD \["npm", "start"\]/);
    assert.ok(migration.findings.some(({ id }) => id === 'secret-in-script'));
  });

  it('does not show them where two platforms disagree', async () => {
    const error: unknown = await readPlan(repoWith({ ...files, Procfile: `web: ${start}\n` }), {}).catch(
      (refused: unknown) => refused,
    );
    assert.match(String(error), /VIB100/);
    assert.doesNotMatch(String(error), /SENTINEL/);
  });
});
