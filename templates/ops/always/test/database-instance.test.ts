import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Problem } from '../lib/problem.ts';
import { unprotectDatabase } from '../lib/removal.ts';
import { takeSnapshot } from '../lib/snapshots.ts';
import { type Answers, startAws } from './aws.ts';

const xml = (operation: string, result: string) =>
  `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`;

/** RDS with one database, and what it was told to do. */
function rds(database: { status: string; protected: boolean }, snapshot = 'available') {
  const told: string[] = [];
  const instance = () =>
    `<DBInstanceIdentifier>shop-dev</DBInstanceIdentifier><DBInstanceStatus>${database.status}</DBInstanceStatus><DeletionProtection>${database.protected}</DeletionProtection>`;
  const changing = (operation: string, change: () => void) => () => {
    told.push(`${operation} while ${database.status}`);
    change();
    return xml(operation, '');
  };
  let name = '';
  const answers: Answers = {
    DescribeDBInstances: () =>
      xml('DescribeDBInstances', `<DBInstances><DBInstance>${instance()}</DBInstance></DBInstances>`),
    StartDBInstance: changing('StartDBInstance', () => {
      database.status = 'available';
    }),
    ModifyDBInstance: changing('ModifyDBInstance', () => {}),
    CreateDBSnapshot: (_input, _address, form) => {
      name = form.get('DBSnapshotIdentifier') ?? '';
      return xml('CreateDBSnapshot', '');
    },
    DescribeDBSnapshots: () =>
      xml(
        'DescribeDBSnapshots',
        `<DBSnapshots><DBSnapshot><DBSnapshotIdentifier>${name}</DBSnapshotIdentifier><Status>${snapshot}</Status></DBSnapshot></DBSnapshots>`,
      ),
  };
  return { told, answers };
}

describe('the database', () => {
  it('that is stopped and protected is started before its protection is lifted', async () => {
    const { told, answers } = rds({ status: 'stopped', protected: true });
    await unprotectDatabase(await startAws(answers));
    assert.deepEqual(told, ['StartDBInstance while stopped', 'ModifyDBInstance while available']);
  });

  it('stays as it is when nothing protects it', async () => {
    const { told, answers } = rds({ status: 'stopped', protected: false });
    await unprotectDatabase(await startAws(answers));
    assert.deepEqual(told, []);
  });
});

describe('a snapshot', () => {
  it('has a name that says what it is for', async () => {
    const { answers } = rds({ status: 'available', protected: false });
    const name = await takeSnapshot(await startAws(answers), 'before-restore');
    assert.match(name, /^shop-dev-before-restore-\d{8}-\d{6}$/);
  });

  it('that fails is not waited for', async () => {
    const { answers } = rds({ status: 'available', protected: false }, 'failed');
    await assert.rejects(
      takeSnapshot(await startAws(answers), 'before-restore'),
      (error) => error instanceof Problem && /shop-dev-before-restore-\d{8}-\d{6} failed/.test(error.message),
    );
  });
});
