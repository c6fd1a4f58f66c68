import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseConnection, requireName } from '../lib/connection.ts';
import { Problem } from '../lib/problem.ts';

describe('the address of a database', () => {
  it('is taken apart, with what is escaped in it', () => {
    assert.deepEqual(
      parseConnection('postgres://us%40er:p%3Ass%2Fw@db.example.com:6432/my%20db?sslmode=verify-full\n'),
      {
        host: 'db.example.com',
        port: '6432',
        database: 'my db',
        user: 'us@er',
        password: 'p:ss/w',
        sslmode: 'verify-full',
      },
    );
    const { port, sslmode } = parseConnection('postgresql://user:secret@host/app');
    assert.deepEqual([port, sslmode], ['5432', 'require']);
  });

  it('is that of an IPv6 address without its brackets', () => {
    const { host, port } = parseConnection('postgres://u:secret@[2001:db8::1]:6432/d');
    assert.deepEqual([host, port], ['2001:db8::1', '6432']);
  });

  it('may be written for a driver that calls TLS without a check no-verify', () => {
    assert.equal(parseConnection('postgres://u:secret@h/d?sslmode=no-verify').sslmode, 'require');
  });

  it('is refused with a fix where something in it is not escaped, or no way to connect', () => {
    for (const [text, fix] of [
      ['postgres://u:secret%@h/d', /%25/],
      ['postgres://u:secret@h/d%zz', /%25/],
      ['postgres://u:secret@h/d?sslmode=maybe', /verify-full/],
    ] as const)
      assert.throws(
        () => parseConnection(text),
        (error) =>
          error instanceof Problem &&
          fix.test(error.fix) &&
          !`${error.message}${error.why}${error.fix}`.includes('secret'),
      );
  });

  it('is refused without a part, and never shown', () => {
    for (const text of [
      '',
      'secret',
      'mysql://u:secret@h/d',
      'postgres://u@h/d',
      'postgres://u:secret@h',
      'postgres://u:secret@:5/d',
    ])
      assert.throws(
        () => parseConnection(text),
        (error) => error instanceof Problem && !`${error.message}${error.why}${error.fix}`.includes('secret'),
      );
  });

  it('is no name of a variable', () => {
    requireName('OLD_DATABASE_URL');
    for (const text of ['postgres://u:secret@h/d', 'old', ''])
      assert.throws(
        () => requireName(text),
        (error) => error instanceof Problem && !`${error.message}${error.why}${error.fix}`.includes('secret'),
      );
  });
});
