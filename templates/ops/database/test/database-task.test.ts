import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseConnection } from '../lib/connection.ts';
import { databaseTask } from '../lib/database-task.ts';
import type { Original } from '../lib/definitions.ts';
import type { Container } from '../lib/settings.ts';

const release: Original = {
  definition: { executionRoleArn: 'role' },
  backend: {
    name: 'backend',
    image: 'shop-dev:1',
    environment: [
      { name: 'DATABASE_HOST', value: 'db.internal' },
      { name: 'DATABASE_SSLMODE', value: 'verify-full' },
    ],
    secrets: [{ name: 'DATABASE_PASSWORD', valueFrom: '/shop/dev/DATABASE_PASSWORD' }],
  },
};

const app: Container = {
  context: '.',
  dockerfile: 'Dockerfile',
  healthPath: '/',
  healthCodes: '200-399',
  variables: {},
  composed: {},
  address: {},
};

/** The first container of a task, which brings the certificates, and that of the tools. */
function containersFor(container: Container | undefined) {
  const task = databaseTask({ prefix: 'shop-dev', container }, 'database', release, {
    mode: ['dump'],
    engine: '16.4',
  });
  const [certificates, database] = task.containerDefinitions ?? [];
  return { certificates, database };
}

describe('a task next to the database', () => {
  it('takes the certificates of RDS from the image of a backend that has them', () => {
    const { certificates } = containersFor(undefined);
    assert.equal(certificates?.image, 'shop-dev:1');
    assert.deepEqual(certificates?.command, ['/app/rds-ca.pem', '/work/rds-ca.pem']);
  });

  it('fetches them where an app that was there before has an image of its own', () => {
    const { certificates } = containersFor(app);
    assert.deepEqual(certificates?.entryPoint, ['curl']);
    assert.ok(certificates?.command?.includes('--fail'));
    assert.ok(certificates?.command?.includes('/work/rds-ca.pem'));
    assert.match(certificates?.command?.at(-1) ?? '', /^https:\/\/truststore\.pki\.rds\.amazonaws\.com\//);
    assert.notEqual(certificates?.image, 'shop-dev:1');
  });

  it('brings the public authorities for a source whose certificate is to be checked, and for no other', () => {
    const named = (sslmode: string) => {
      const connection = parseConnection(`postgres://u:p@h/d?sslmode=${sslmode}`);
      const source = { connection, secret: '/shop/dev/ops/SOURCE_DATABASE_PASSWORD' };
      const work = { mode: ['compare'], engine: '16.4', source };
      const { containerDefinitions = [] } = databaseTask(
        { prefix: 'shop-dev', container: undefined },
        'database',
        release,
        work,
      );
      return containerDefinitions.map(({ name }) => name);
    };
    assert.deepEqual(named('verify-full'), ['certificates', 'authorities', 'database']);
    assert.deepEqual(named('require'), ['certificates', 'database']);
  });

  it('checks the certificate with them in both, and starts when they are there', () => {
    for (const { database } of [containersFor(undefined), containersFor(app)]) {
      const value = (wanted: string) => database?.environment?.find(({ name }) => name === wanted)?.value;
      assert.deepEqual([value('PGSSLMODE'), value('PGSSLROOTCERT')], ['verify-full', '/work/rds-ca.pem']);
      assert.deepEqual(database?.dependsOn, [{ containerName: 'certificates', condition: 'SUCCESS' }]);
    }
  });
});
