import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sortedExport } from '../../src/migration/exported.ts';
import type { Database, PlatformName, Service, VariableSource } from '../../src/migration/plan.ts';
import { openRepo } from '../../src/migration/repo.ts';
import { sortVariable } from '../../src/migration/variables.ts';
import { withDefaults } from '../../src/migration/variables-defaults.ts';
import { completeVariables, settingsIn } from '../../src/migration/variables-files.ts';
import { must } from '../support.ts';
import { folderWith, repoWith, shortly } from './tree.ts';

const evidence = [{ file: 'render.yaml', line: 7 }];
const postgres: Database = { name: 'db', kind: 'postgres', evidence };
const redis: Database = { name: 'cache', kind: 'redis', evidence };

function sourceOf(
  name: string,
  value: string | undefined,
  databases: readonly Database[] = [postgres, redis],
): VariableSource {
  return sortVariable({ name, value, evidence }, { databases }).variable.source;
}

const service: Service = {
  name: 'web',
  kind: 'web',
  root: '',
  tasks: { min: 1, max: 1 },
  domains: [],
  variables: [],
  evidence,
};

describe('A variable', () => {
  const secrets: readonly (readonly [string, string])[] = [
    ['SECRET_KEY', 'x'],
    ['JWT_SECRET', ''],
    ['DB_PASSWORD', '12345'],
    ['apiKey', 'abc'],
    ['database__connection__password', 'x'],
    ['SENTRY_DSN', 'https://k@sentry.example/1'],
    ['SLACK_WEBHOOK', 'https://hooks.example/x'],
    ['AWS_ACCESS_KEY_ID', 'x'],
    ['ANYTHING', 'postgres://a:b@db.example/x'],
    ['ANYTHING', 'ghp_0123456789'],
    ['ANYTHING', '-----BEGIN PRIVATE KEY-----'],
    ['ANYTHING', 'f'.repeat(32)],
    ['ANYTHING', 'aB3dE5gH7jK9mN1pQ3sT5vX7'],
    ['ANYTHING', 'redis://:pw@eu1.upstash.io:6379'],
    ['ANYTHING', '{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----x"}'],
    ['ANYTHING', 'Bearer sk_live_51H8abcdefgh'],
    ['ANYTHING', 'Server=db;User Id=a;Password=p4ssw0rdXX;'],
    ['ANYTHING', `https://api.example/?api_key=${'a1'.repeat(16)}`],
    ['ANYTHING', `https://api.example/?x=${'a1'.repeat(16)}&y=1`],
    ['ANYTHING', 'DefaultEndpointsProtocol=https;AccountKey=abc123==;'],
    ['ANYTHING', '{"password": "hunter22"}'],
    ['ANYTHING', 'https://ghp_0123456789ab@github.example/a/b'],
  ];
  for (const [name, value] of secrets)
    it(`is a secret: ${name}=${value.slice(0, 12)}`, () => {
      assert.deepEqual(sourceOf(name, value, []), { kind: 'secret' });
    });

  const plain: readonly (readonly [string, string])[] = [
    ['NODE_ENV', 'production'],
    ['TOKEN_EXPIRE_MINUTES', '30'],
    ['MAX_TOKENS', '4096'],
    ['PASSWORD_RESET_URL', 'https://shop.example/reset'],
    ['STRIPE_PUBLISHABLE_KEY', 'pk_live_x'],
    ['RECAPTCHA_SITE_KEY', 'x'],
    ['KEYCLOAK_REALM', 'shop'],
    ['DJANGO_SETTINGS_MODULE', 'shop.settings.production'],
    ['OPENAI_MODEL', 'gpt-4o-mini-2024-07-18'],
    ['FEATURE_SECRETS', 'true'],
    ['PUBLIC_URL', 'https://shop.example'],
    ['LOGIN_URL', 'https://id.example/oauth?response_type=token&scope=email'],
    ['NODE_OPTIONS', '--max-old-space-size=4096 --require ./sk-learn.js'],
    ['NPM_FLAGS', 'npm_config_production=false'],
    ['CALLBACK', 'https://shop.example/reset?token={token}'],
    ['ID', '3f2b8a52-6d1c-4a0e-9c58-0b5f6f9f9d11'],
  ];
  for (const [name, value] of plain)
    it(`is plain: ${name}=${value}`, () => {
      assert.deepEqual(sourceOf(name, value, []), { kind: 'plain', value });
    });

  it('is composed where it is the address of a database that is moved', () => {
    assert.deepEqual(sourceOf('DATABASE_URL', undefined), {
      kind: 'database',
      database: 'db',
      property: 'url',
    });
    assert.deepEqual(sourceOf('MY_DB', 'postgresql+asyncpg://a:b@h/x'), {
      kind: 'database',
      database: 'db',
      property: 'url',
    });
    assert.deepEqual(sourceOf('PGPASSWORD', 'x'), { kind: 'database', database: 'db', property: 'password' });
    assert.deepEqual(sourceOf('CELERY_BROKER_URL', 'redis://localhost:6379/0'), {
      kind: 'database',
      database: 'cache',
      property: 'url',
    });
  });

  it('is composed of a host of the platform, and a secret of any other', () => {
    const kindOf = (name: string, value: string, platform: PlatformName): string =>
      sortVariable({ name, value, evidence }, { databases: [postgres, redis], platform }).variable.source
        .kind;
    for (const [kind, name, value, platform] of [
      ['database', 'A', 'postgres://u:p@dpg-abc-a/x', 'render'],
      ['database', 'A', 'postgres://u:p@dpg-abc-a.frankfurt-postgres.render.com/x', 'render'],
      ['database', 'A', 'redis://red-abc:6379', 'render'],
      ['database', 'A', 'postgresql://u:p@monorail.proxy.rlwy.net:1/x', 'railway'],
      ['database', 'A', 'redis://default:p@redis.railway.internal:6379', 'railway'],
      ['database', 'A', 'postgres://u:p@shop-db.flycast:5432/x', 'fly'],
      ['database', 'A', 'postgres://u:p@top2.nearest.of.shop-db.internal:5432/x', 'fly'],
      ['database', 'A', 'postgres://u:p@ec2-1-2-3-4.eu-west-1.compute.amazonaws.com:5432/x', 'heroku'],
      ['database', 'A', 'postgres://u:p@c1.cluster-x.us-east-1.rds.amazonaws.com:5432/x', 'heroku'],
      ['database', 'DATABASE_URL', 'postgres://u:p@db.example.com/x', 'heroku'],
      ['database', 'A', 'postgres://u:p/w@localhost/x', 'none'],
      ['database', 'A', 'postgres://u:p@db:5432/x', 'none'],
      ['database', 'A', 'postgres://u:p@x.rlwy.net/x', 'none'],
      ['secret', 'WAREHOUSE', 'postgres://u:p@db.example.com/x', 'railway'],
      ['secret', 'DATABASE_URL', 'postgres://u:p@db.example.com/x', 'render'],
      ['secret', 'A', 'postgres://u:p@x.eu-central-1.rds.amazonaws.com/x', 'render'],
      ['secret', 'A', 'postgres://u:p@x.rlwy.net/x', 'heroku'],
      ['secret', 'DATABASE_URL', 'postgres://u:p@x.neon.tech/x', 'heroku'],
      ['secret', 'REDIS_URL', 'redis://cache.example.com:6379', 'fly'],
    ] as const)
      assert.equal(kindOf(name, value, platform), kind, `${name}=${value} on ${platform}`);
  });

  it('is a gap where it leads to a database that stays', () => {
    const found = sortVariable(
      { name: 'WAREHOUSE', value: 'postgres://u:SENTINEL@db.example.com/x', evidence },
      { databases: [postgres], isPublished: false },
    );
    assert.deepEqual(found.findings.map(shortly), ['database-stays render.yaml:7']);
    assert.doesNotMatch(JSON.stringify(found), /SENTINEL/);
  });

  it('stays a secret where the database is not known, or is run by somebody else', () => {
    assert.deepEqual(sourceOf('DATABASE_URL', undefined, []), { kind: 'secret' });
    assert.deepEqual(sourceOf('DATABASE_URL', 'postgres://a:b@x.neon.tech/x'), { kind: 'secret' });
  });

  it("belongs to the build or to the front end by its name, and a front end's key is not shown", () => {
    assert.deepEqual(sourceOf('NODE_VERSION', '22'), { kind: 'build', value: '22' });
    assert.deepEqual(sourceOf('VITE_API', '/api'), { kind: 'front-end', value: '/api' });
    assert.deepEqual(sourceOf('NEXT_PUBLIC_KEY', 'AIzaSyA'), { kind: 'front-end', value: undefined });
  });

  it("is the platform's own: replaced where there is something to replace it by, else dropped", () => {
    assert.deepEqual(sourceOf('RENDER_EXTERNAL_URL', 'x'), { kind: 'own-url', property: 'url' });
    assert.deepEqual(sourceOf('RAILWAY_PUBLIC_DOMAIN', 'x'), { kind: 'own-url', property: 'host' });
    assert.equal(sourceOf('HEROKU_SLUG_COMMIT', 'x').kind, 'dropped');
    assert.equal(sourceOf('PORT', '8000').kind, 'dropped');
  });

  it('is dropped where it would hide what the image sets for its own shell, and that is said', () => {
    const sort = (name: string) => sortVariable({ name, value: '/usr/bin', evidence }, { databases: [] });
    for (const name of ['PATH', 'HOME', 'USER', 'SHELL', 'PWD', 'TERM']) {
      const { variable, findings } = sort(name);
      assert.equal(variable.source.kind, 'dropped');
      assert.deepEqual(findings.map(shortly), ['variable-of-shell render.yaml:7']);
    }
    // What a server reads, too: the address to listen on, and a language.
    for (const name of ['HOSTNAME', 'LANG', 'LC_ALL']) assert.equal(sort(name).variable.source.kind, 'plain');
  });

  it("is the owner's where a platform only has a similar name", () => {
    assert.deepEqual(sourceOf('RENDER_QUALITY', 'high'), { kind: 'plain', value: 'high' });
    assert.deepEqual(sourceOf('HEROKU_API_KEY', 'x'), { kind: 'secret' });
  });

  it('may have any name, that of a property of every object, too', () => {
    assert.deepEqual(sourceOf('constructor', 'x'), { kind: 'plain', value: 'x' });
    assert.deepEqual(sourceOf('__proto__', 'x'), { kind: 'plain', value: 'x' });
  });

  it('is a finding where its secret value stands in the repo, or names a host of the platform', () => {
    const ids = (name: string, value: string): string[] =>
      sortVariable({ name, value, evidence }, { databases: [] }).findings.map(shortly);
    assert.deepEqual(ids('API_KEY', 'x'), ['secret-in-repo render.yaml:7']);
    assert.deepEqual(ids('CALLBACK', 'https://shop.onrender.com/x'), ['platform-host render.yaml:7']);
    assert.deepEqual(ids('API_KEY', ''), []);
  });
});

describe('A file of variables', () => {
  const settings = (text: string): [string, string | undefined, number | undefined][] =>
    settingsIn({ path: '.env', text }).map(({ name, value, evidence: [place] }) => [
      name,
      value,
      place?.line,
    ]);

  it('is read as dotenv reads it: quotes, export, comments, values of several lines', () => {
    const text = [
      '# first',
      'A=1',
      'export B = two words # and a comment',
      "C='single $X # kept'",
      'D="double\\nline"',
      'E="-----BEGIN KEY-----',
      'body',
      '-----END KEY-----"',
      'F=',
      'not a line',
      'G="never closed',
      'H=x=y',
    ].join('\n');
    assert.deepEqual(settings(text), [
      ['A', '1', 2],
      ['B', 'two words', 3],
      ['C', 'single $X # kept', 4],
      ['D', 'double\nline', 5],
      ['E', '-----BEGIN KEY-----\nbody\n-----END KEY-----', 6],
      ['F', '', 9],
      ['G', '"never closed', 11],
      ['H', 'x=y', 12],
    ]);
  });

  it('may be the JSON that the platforms print', () => {
    assert.deepEqual(settings('{\n  "A": "1",\n  "B": true\n}'), [
      ['A', '1', 2],
      ['B', 'true', 3],
    ]);
  });
});

describe('The variables of a service', () => {
  const complete = (files: Record<string, string>, given: Partial<Service>, exported?: string) => {
    const around = { databases: [postgres] };
    const shown =
      exported === undefined ? undefined : sortedExport({ path: 'export.env', text: exported }, around);
    const { services, findings } = completeVariables(
      [{ ...service, ...given }],
      repoWith(files),
      shown,
      around,
    );
    const variables = services[0]?.variables ?? [];
    return {
      sources: Object.fromEntries(
        variables.map(({ name, source, evidence: [place] }) => [name, `${source.kind} ${place?.file}`]),
      ),
      findings: findings.map(({ id }) => id),
      text: JSON.stringify({ services, findings }),
    };
  };
  const stated: Service['variables'] = [
    { name: 'A', source: { kind: 'plain', value: 'stated' }, reason: '', evidence },
    { name: 'HIDDEN', source: { kind: 'secret' }, reason: '', evidence },
  ];

  it("come from the platform's file, then an export, then .env.production", () => {
    const { sources, findings } = complete(
      { '.env.production': 'A=env\nB=env\nC=env\n', '.env.example': 'A=\nB=\nC=\nD=example\n' },
      { variables: stated },
      'A=export\nB=export\nHIDDEN=info\n',
    );
    assert.deepEqual(sources, {
      A: 'plain render.yaml',
      B: 'plain export.env',
      HIDDEN: 'plain export.env',
      C: 'plain .env.production',
    });
    assert.deepEqual(findings, ['example-values']);
  });

  it('have to be given where only a file for laptops names them, whose values are no settings', () => {
    const { sources, text, findings } = complete(
      {
        '.env':
          'NODE_ENV=development\nDEBUG=true\nS3_ENDPOINT=http://minio:9000\nDATABASE_URL=postgres://a:b@h/x\n',
        '.env.example': 'LIMIT=77\nVITE_API=http://localhost:1\n',
      },
      {},
    );
    assert.deepEqual(sources, {
      DEBUG: 'secret .env',
      S3_ENDPOINT: 'secret .env',
      DATABASE_URL: 'database .env',
      LIMIT: 'secret .env.example',
      VITE_API: 'front-end .env.example',
    });
    for (const value of ['development', 'minio', '77', 'localhost:1'])
      assert.ok(!text.includes(value), value);
    assert.deepEqual(findings, ['example-values']);
  });

  it('are composed where an example shows what the address of a database looks like, wherever it leads', () => {
    const { sources } = complete(
      {
        '.env.example':
          'DATABASE_URL=postgres://a:b@db.example.com/x\nOTHER=postgres://a:b@db.example.com/x\n',
      },
      {},
    );
    assert.deepEqual(sources, { DATABASE_URL: 'database .env.example', OTHER: 'secret .env.example' });
  });

  it('never hold the value of a secret, whichever file it comes from', () => {
    const { text } = complete(
      {
        '.env':
          'API_KEY=SENTINEL-1\nMAIL=smtp://a:SENTINEL-2@mail.example\nDATABASE_URL=postgres://a:SENTINEL-3@h/x\n',
        '.env.production': 'B_KEY=SENTINEL-8\n',
        '.env.example': 'OTHER_TOKEN=SENTINEL-4\nNEXT_PUBLIC_KEY=sk-SENTINEL-5\n',
      },
      {},
      'JWT_SECRET=SENTINEL-6\nPRIVATE_KEY="-----BEGIN KEY-----\nSENTINEL-7\n-----END KEY-----"\n',
    );
    assert.ok(!text.includes('SENTINEL'), text);
  });

  it('are known to whoever has the repo where git tracks their file, and only there', () => {
    const folder = folderWith({ '.env': 'API_KEY=x\n', 'b/.env.production': 'API_KEY=x\n' });
    const told = (root: string): boolean =>
      completeVariables([{ ...service, root }], openRepo(folder), undefined, { databases: [] }).findings.some(
        ({ id }) => id === 'secret-in-repo',
      );
    assert.deepEqual([told(''), told('b')], [false, false]);
    must('git', ['init', '-q'], folder);
    must('git', ['add', '.env'], folder);
    assert.deepEqual([told(''), told('b')], [true, true]);
    must('git', ['rm', '-q', '--cached', '.env'], folder);
    must('git', ['add', 'b/.env.production'], folder);
    assert.deepEqual([told(''), told('b')], [false, true]);
  });

  it('leave out what the shell of an export has for itself, and say why', () => {
    const { services } = completeVariables(
      [service],
      repoWith({}),
      sortedExport(
        {
          path: 'export.env',
          text: 'PATH=/usr/bin\nHOME=/root\nLC_ALL=C\n_=/bin/env\nFLY_REGION=fra\nA=1\n',
        },
        { databases: [] },
      ),
      { databases: [] },
    );
    assert.deepEqual(
      services[0]?.variables.map(({ name, source }) => [name, source.kind]),
      [
        ['PATH', 'dropped'],
        ['HOME', 'dropped'],
        ['LC_ALL', 'dropped'],
        ['_', 'dropped'],
        ['A', 'plain'],
      ],
    );
  });

  it('leave out what the old platform sets, and tell of values that lead to a laptop', () => {
    const { sources, findings } = complete(
      {},
      {},
      'DYNO=web.1\nHEROKU_APP_NAME=shop\nAPI=http://localhost:3000\n',
    );
    assert.deepEqual(sources, { API: 'plain export.env' });
    assert.deepEqual(findings, ['local-value']);
  });

  it('of a service in a folder are read from that folder, and from the top where it is the only one', () => {
    const files = { '.env.production': 'TOP=1\n', 'api/.env.production': 'OWN=1\n' };
    assert.deepEqual(Object.keys(complete(files, { root: 'api' }).sources).sort(), ['OWN', 'TOP']);
    const two = completeVariables(
      [
        { ...service, root: 'api' },
        { ...service, name: 'b' },
      ],
      repoWith(files),
      undefined,
      { databases: [] },
    ).services.map(({ variables }) => variables.map(({ name }) => name));
    assert.deepEqual(two, [['OWN'], ['TOP']]);
  });

  it('have what Heroku sets by the size of the dyno for gunicorn', () => {
    const start = { text: 'gunicorn shop.wsgi', evidence };
    const values = (given: Partial<Service>): string[] =>
      withDefaults({ ...service, start, ...given }, 'heroku').variables.map(
        ({ name, source }) => `${name}=${source.kind === 'plain' ? source.value : ''}`,
      );
    assert.deepEqual(values({}), ['WEB_CONCURRENCY=2', 'FORWARDED_ALLOW_IPS=*']);
    assert.deepEqual(values({ size: 'Standard-2X' }), ['WEB_CONCURRENCY=4', 'FORWARDED_ALLOW_IPS=*']);
    assert.deepEqual(values({ kind: 'worker' }), []);
  });
});
