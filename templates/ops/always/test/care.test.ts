import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Domain, missingOf } from '../lib/domain.ts';
import { wantedTasks } from '../lib/scaling.ts';
import { jobOf } from '../lib/schedules.ts';
import { type Environment, environmentOf } from '../lib/settings.ts';
import { planOf, removalOrder } from '../lib/teardown.ts';

const block = {
  account: '123456789012',
  region: 'eu-central-1',
  architecture: 'arm64',
  cpu: 512,
  memoryMiB: 1024,
  minTasks: 2,
  maxTasks: 4,
  idleTimeoutSeconds: 60,
  protected: false,
  secrets: [],
  imagesFrom: null,
} as const;

function environment(more: object, releaseCommand: string[] = []): Environment {
  return environmentOf(
    { app: 'shop', github: null, releaseCommand, environments: { dev: { ...block, ...more } } },
    'dev',
  );
}

describe('pause and resume', () => {
  it('wake up as many tasks as the settings ask for', () => {
    const wanted = wantedTasks(environment({ workers: { emails: { tasks: 3 } } }));
    assert.deepEqual(
      [...wanted],
      [
        ['shop-dev', 2],
        ['shop-dev-emails', 3],
      ],
    );
  });

  it('know whose schedule it is, also of a job with several', () => {
    const jobs = ['report', 'report-2', 'clean'];
    assert.equal(jobOf('shop-dev-report', 'shop-dev', jobs), 'report');
    assert.equal(jobOf('shop-dev-report-3', 'shop-dev', jobs), 'report');
    assert.equal(jobOf('shop-dev-clean-2', 'shop-dev', jobs), 'clean');
    assert.equal(jobOf('shop-dev-cleaner', 'shop-dev', jobs), undefined);
    assert.equal(jobOf('shop-dev2-clean', 'shop-dev', jobs), undefined);
  });
});

describe('teardown', () => {
  it('says which snapshots stay, also those that CloudFormation takes by itself', () => {
    const plan = (kept: boolean, snapshot: boolean) =>
      planOf(environment({ database: {}, protected: kept }), ['data'], { emptyBuckets: false, snapshot })[1];
    assert.match(plan(false, true) ?? '', /snapshot of the database is taken, and stays\.$/);
    assert.match(plan(false, false) ?? '', /what is in the database is lost/);
    assert.match(plan(true, true) ?? '', /stays; CloudFormation takes another one/);
    assert.match(plan(true, false) ?? '', /CloudFormation alone takes a snapshot .* stays/);
  });

  it('says which stacks the settings do not name any more', () => {
    const plan = planOf(environment({}), ['service', 'cache'], {
      emptyBuckets: false,
      snapshot: true,
      left: ['cache'],
    });
    assert.match(plan[1] ?? '', /does not have shop-dev-cache any more/);
  });

  it('takes each stack before what it stands on', () => {
    const all = environment({ database: {}, domain: 'api.example.com', cache: {}, audit: {} }, ['migrate']);
    assert.deepEqual(removalOrder(all), [
      'service',
      'release',
      'cache',
      'dns',
      'data',
      'audit',
      'foundation',
    ]);
    assert.deepEqual(removalOrder(environment({})), ['service', 'foundation']);
  });
});

describe('dns', () => {
  const ready: Domain = {
    name: 'api.example.com',
    zone: { id: 'Z1', name: 'example.com' },
    servers: ['ns1.example', 'ns2.example'],
    asked: ['ns1.example', 'ns2.example'],
    certificate: 'ISSUED',
  };
  const missing = (more: Partial<Domain>) => missingOf({ ...ready, ...more }, environment({}));

  it('has nothing to say once the world asks the zone and the certificate is there', () => {
    assert.equal(missing({}), undefined);
  });

  it('says what to do for the zone before it speaks of the certificate', () => {
    const nobody = missing({ asked: [], certificate: 'PENDING_VALIDATION' });
    assert.match(`${nobody?.message} ${nobody?.why}`, /example\.com yet.* NS records are missing/);
    assert.match(nobody?.fix ?? '', /ns1\.example, ns2\.example/);
    assert.match(missing({ asked: ['ns9.example'] })?.why ?? '', /It asks ns9\.example/);
  });

  it('says how far the certificate is', () => {
    assert.match(missing({ certificate: 'PENDING_VALIDATION' })?.message ?? '', /not issued yet: PENDING/);
    assert.match(missing({ certificate: undefined })?.message ?? '', /there is none/);
  });
});
