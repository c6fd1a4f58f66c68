import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blueprint, mapped, node, packageJson, said, web } from './plans.ts';

describe('a database', () => {
  it('of a version that is not known is the newest, which reads every dump', async () => {
    const plan = await mapped({ ...node, 'render.yaml': blueprint([web], 'databases:\n  - {name: db}\n') });
    assert.equal(plan.migration.database?.version, 18);
    assert.ok(said(plan, 'warning').includes('database-version-unknown'));
  });

  const versions: readonly (readonly [there: string, here: number, level: 'gap' | 'warning' | undefined])[] =
    [
      ['13', 16, 'warning'],
      ['15.4', 16, 'warning'],
      ['16', 16, undefined],
      ['17.2', 17, undefined],
      ['18', 18, undefined],
      ['19', 18, 'gap'],
    ];
  for (const [there, here, level] of versions)
    it(`of version ${there} becomes ${here}${level ? `, which is a ${level} with both versions` : ''}`, async () => {
      const rest = `databases:\n  - {name: db, postgresMajorVersion: "${there}"}\n`;
      const { migration } = await mapped({ ...node, 'render.yaml': blueprint([web], rest) });
      assert.deepEqual([migration.database?.version, migration.database?.versionKnown], [here, true]);
      const found = migration.findings.filter(({ id }) => id.startsWith('database-version'));
      assert.deepEqual(
        found.map((one) => [one.level, one.what]),
        level ? [[level, `db is PostgreSQL ${Number.parseInt(there, 10)} there and ${here} here.`]] : [],
      );
    });

  it('is told of with its version, class, storage and stand-by, there and here', async () => {
    const rest =
      'databases:\n  - {name: db, postgresMajorVersion: "17", plan: pro-8gb, diskSizeGB: 50, highAvailability: {enabled: true}}\n';
    const { migration } = await mapped({ ...node, 'render.yaml': blueprint([web], rest) });
    const row = migration.rows.find(({ what }) => what === 'Database db');
    assert.equal(row?.there, 'postgres 17, pro-8gb, 50 GB, with a stand-by');
    assert.equal(row?.here, 'RDS for PostgreSQL 17, db.m7g.large, 50 GB, Multi-AZ');
    assert.deepEqual(row?.evidence, ['render.yaml:4']);
  });

  it('of a size that is not known, or that had a stand-by, is said to be so', async () => {
    const odd = 'databases:\n  - {name: db, plan: giant}\n';
    assert.ok(
      said(await mapped({ ...node, 'render.yaml': blueprint([web], odd) }), 'warning').includes(
        'database-size-unknown',
      ),
    );
    const addon = {
      ...node,
      'app.json': '{"addons": ["heroku-postgresql:premium-2"]}',
      Procfile: 'web: node a.js\n',
    };
    assert.ok(said(await mapped(addon), 'note').includes('database-size'));
  });

  it('that is no PostgreSQL is told of', async () => {
    const plan = await mapped({
      'package.json': packageJson({ mongoose: '8.0.0' }),
      Procfile: 'web: node a.js\n',
    });
    assert.ok(said(plan, 'gap').includes('database-elsewhere'));
    assert.equal(plan.database, false);
  });

  it('that a package of the workspace has the driver of is told of, and a secret address of one that no file names', async () => {
    const service =
      '{type: web, name: api, runtime: node, rootDir: apps/api, startCommand: node a.js, envVars: [{key: DATABASE_URL, sync: false}]}';
    const files = {
      'package.json': '{"private": true, "workspaces": ["apps/*", "packages/*"]}',
      'apps/api/package.json': '{"name": "api", "dependencies": {"express": "5", "@x/data": "*"}}',
      'packages/data/package.json': '{"name": "@x/data", "dependencies": {"@x/db": "*"}}',
      'packages/db/package.json': '{"name": "@x/db", "dependencies": {"pg": "8"}}',
      'packages/other/package.json': '{"name": "@x/other", "dependencies": {"mongoose": "9"}}',
    };
    const plan = await mapped({ ...files, 'render.yaml': blueprint([service]) });
    const gaps = said(plan, 'gap');
    assert.equal(gaps.filter((id) => id === 'database-inferred').length, 1);
    assert.ok(gaps.includes('database-not-named'));
    const named = await mapped({
      ...files,
      'render.yaml': blueprint([service], 'databases:\n  - {name: db}\n'),
    });
    assert.ok(!said(named, 'gap').some((id) => /^database-(inferred|not-named)$/.test(id)));
    const railway = await mapped({
      ...files,
      'apps/api/railway.json': '{"deploy": {"startCommand": "node a.js"}}',
    });
    assert.equal(railway.database, true);
  });
});
