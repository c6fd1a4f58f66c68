import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertRestorable, readDumpHeader } from '../lib/dump-header.ts';
import { Problem } from '../lib/problem.ts';

/** First bytes of dumps as pg_dump has written them. */
const headers = {
  'pg_dump 15, server 15':
    '5047444d50010e0004080101010000000021000000003900000000140000000016000000000a000000007e0000000000' +
    '0000000008000000706f737467726573001e00000031352e3138202844656269616e2031352e31382d302b6465623132' +
    '753129001e00000031352e3138202844656269616e2031352e31382d302b6465623132753129',
  'pg_dump 16, server 16':
    '5047444d50010f00040801010030000000003900000000140000000016000000000a000000007e000000000000000000' +
    '03000000617070000500000031362e3134000500000031362e3134',
  'pg_dump 18, server 17':
    '5047444d50011000040801010032000000003900000000140000000016000000000a000000007e000000000000000000' +
    '03000000617070000500000031372e3130000400000031382e34',
};
const read = (name: keyof typeof headers) => readDumpHeader(Buffer.from(headers[name], 'hex'), 'app.dump');

describe('the header of a dump', () => {
  it('tells the version of the server and of pg_dump, in every format', () => {
    const debian = '15.18 (Debian 15.18-0+deb12u1)';
    assert.deepEqual(read('pg_dump 15, server 15'), {
      format: '1.14',
      database: 'postgres',
      server: debian,
      pgDump: debian,
    });
    assert.deepEqual(read('pg_dump 16, server 16'), {
      format: '1.15',
      database: 'app',
      server: '16.14',
      pgDump: '16.14',
    });
    assert.deepEqual(read('pg_dump 18, server 17'), {
      format: '1.16',
      database: 'app',
      server: '17.10',
      pgDump: '18.4',
    });
  });

  it('is one of the custom format, or it is none', () => {
    for (const text of ['CREATE TABLE notes ();', 'PGDMP', '', 'PGDMP\x01\x0f\x00\x04\x08\x03'])
      assert.throws(() => readDumpHeader(Buffer.from(text, 'latin1'), 'app.sql'), {
        name: 'Problem',
        message: 'app.sql is no dump in custom format.',
      });
  });

  it('is whole, or the dump is not', () => {
    const whole = Buffer.from(headers['pg_dump 15, server 15'], 'hex');
    for (let length = 11; length < whole.length; length += 1)
      assert.throws(
        () => readDumpHeader(whole.subarray(0, length), 'app.dump'),
        { name: 'Problem', message: 'app.dump is no whole dump.' },
        `${length} bytes`,
      );
  });

  it('lets older and equal versions in', () => {
    for (const engine of ['16', '16.4', '17.2'] as const)
      assertRestorable(read('pg_dump 16, server 16'), engine);
    assertRestorable(read('pg_dump 15, server 15'), '16.14');
    assertRestorable(read('pg_dump 18, server 17'), '18.1');
  });

  it('keeps a newer server, and what a newer pg_dump has written, out', () => {
    assert.throws(
      () => assertRestorable(read('pg_dump 18, server 17'), '16.14'),
      (error) =>
        error instanceof Problem &&
        /is of PostgreSQL 17, and the database is 16/.test(error.message) &&
        /version of database to 17 in infra\/settings\.json/.test(error.fix),
    );
    assert.throws(
      () => assertRestorable(read('pg_dump 18, server 17'), '17.10'),
      (error) => error instanceof Problem && /was written by pg_dump 18/.test(error.message),
    );
  });
});
