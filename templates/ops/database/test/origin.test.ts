import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openOrigin, requireOrigin } from '../lib/origin.ts';
import { Problem } from '../lib/problem.ts';
import { startAws } from './aws.ts';

describe('where data comes from', () => {
  it('is no address of a database, in whatever form, and that is never shown', () => {
    for (const text of [
      'postgres://u:secret@h/d',
      'POSTGRES://u:secret@h/d',
      ' postgresql://u:secret@h/d',
      'jdbc:postgresql://h/d?user=u&password=secret',
      'host=h password=secret dbname=d',
      'HOST=h PASSWORD = secret',
      'passwd=secret',
      'u:/secret@h/d',
      's3://u:secret@h/d',
    ])
      assert.throws(
        () => requireOrigin(text),
        (error) => error instanceof Problem && !`${error.message}${error.why}${error.fix}`.includes('secret'),
        text,
      );
  });

  it('is a variable, a file or what db dump prints', () => {
    for (const text of ['OLD_DATABASE_URL', './old.dump', 'C:\\dumps\\old.dump', 's3://shop-dumps/shop.dump'])
      requireOrigin(text);
  });
});

describe('a dump', () => {
  it('that cannot be read is refused with the reason and what to do', async () => {
    const error = '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>';
    const target = await startAws({
      '/shop-dumps/none.dump?x-id=GetObject': () => ({ __type: 'xml', text: error }),
    });
    const refused = (from: string, message: RegExp, why: RegExp) =>
      assert.rejects(
        openOrigin(target, from, '16.4'),
        (thrown) =>
          thrown instanceof Problem &&
          message.test(thrown.message) &&
          why.test(thrown.why) &&
          thrown.fix !== '',
        from,
      );
    const folder = mkdtempSync(join(tmpdir(), 'ops-origin-'));
    const short = join(folder, 'short.dump');
    writeFileSync(short, 'PGDMP\x01\x0f\x00\x04\x08\x01\x01');
    await refused(short, /is no whole dump/, /ends before/);
    await refused(folder, /cannot be read/, /EISDIR/);
    await refused(join(folder, 'none.dump'), /cannot be read/, /ENOENT/);
    await refused('s3://oops', /^s3:\/\/oops cannot be read/, /s3:\/\/bucket\/name/);
    await refused('s3://shop-dumps/none.dump', /none\.dump cannot be read/, /key does not exist/);
  });
});
