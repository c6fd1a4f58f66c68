import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blueprint, mapped, node, said } from './plans.ts';

describe('variables', () => {
  const withVariables = (variables: readonly string[], more: readonly string[] = []) =>
    mapped({
      ...node,
      'render.yaml': blueprint(
        [
          `{type: web, name: api, runtime: node, startCommand: node a.js, envVars: [${variables.join(', ')}]}`,
          ...more,
        ],
        'databases:\n  - {name: db}\n  - {name: reports}\n',
      ),
    });

  it('that are copied from another service have its value, which is kept once', async () => {
    const { migration } = await withVariables(
      ['{key: TOKEN, fromService: {type: worker, name: b, envVarKey: SHARED}}'],
      [
        '{type: worker, name: b, runtime: node, startCommand: node b.js, envVars: [{key: SHARED, generateValue: true}]}',
      ],
    );
    assert.deepEqual(migration.secrets, ['SHARED']);
    assert.equal(migration.container.composed.TOKEN, '$SHARED');
  });

  it('of a database that is not set up here are asked of the owner', async () => {
    const plan = await withVariables([
      '{key: DATABASE_URL, fromDatabase: {name: db, property: connectionString}}',
      '{key: REPORTS_URL, fromDatabase: {name: reports, property: connectionString}}',
    ]);
    assert.deepEqual(Object.keys(plan.migration.container.composed), ['DATABASE_URL']);
    assert.ok(plan.migration.secrets.includes('REPORTS_URL'));
    assert.ok(
      said(plan, 'gap').includes('variable-to-give') && said(plan, 'gap').includes('database-elsewhere'),
    );
  });

  it('that AWS sets itself are neither overridden nor asked for', async () => {
    const { migration } = await withVariables([
      '{key: PORT, value: "3000"}',
      '{key: DATABASE_PASSWORD, fromDatabase: {name: db, property: password}}',
    ]);
    assert.ok(!('PORT' in migration.container.variables));
    assert.ok(!migration.secrets.includes('DATABASE_PASSWORD'));
  });
});
