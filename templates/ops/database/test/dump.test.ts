import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fetchDump, newFile } from '../lib/dump.ts';
import { Problem } from '../lib/problem.ts';
import { startAws } from './aws.ts';

const at = { Bucket: 'shop-dumps', Key: 'shop.dump' };
const { signal } = new AbortController();
const place = (name: string) => join(mkdtempSync(join(tmpdir(), 'ops-dump-')), name);

describe('a file for a dump', () => {
  it('is made beside where it will be, for its owner alone', () => {
    const { file, part } = newFile(place('shop.dump'));
    assert.ok(!existsSync(file));
    assert.equal(statSync(part).mode & 0o777, 0o600);
  });

  it('takes the place of no other, and of none that is being written', () => {
    const path = place('shop.dump');
    const { part } = newFile(path);
    assert.throws(() => newFile(path), { name: 'Problem', message: `${path}.part exists.` });
    rmSync(part);
    writeFileSync(path, 'the only one');
    assert.throws(() => newFile(path), { name: 'Problem', message: `${path} exists.` });
    assert.equal(readFileSync(path, 'utf8'), 'the only one');
    assert.ok(!existsSync(part));
  });

  it('is refused where it cannot be written, before there is a dump', () => {
    const path = place('none/shop.dump');
    assert.throws(
      () => newFile(path),
      (error) =>
        error instanceof Problem && /cannot be written/.test(error.message) && /ENOENT/.test(error.why),
    );
  });
});

describe('a dump in S3', () => {
  it('becomes a file', async () => {
    const target = await startAws({
      '/shop-dumps/shop.dump?x-id=GetObject': () => 'PGDMP',
      '/shop-dumps/shop.dump?x-id=DeleteObject': () => '',
    });
    const file = newFile(place('shop.dump'));
    await fetchDump(target, at, file, signal);
    assert.equal(readFileSync(file.file, 'utf8'), 'PGDMP');
    assert.ok(!existsSync(file.part));
  });

  it('stays there when it does not, and its address is told', async () => {
    const target = await startAws({ '/shop-dumps/shop.dump?x-id=GetObject': () => 'PGDMP' });
    const file = newFile(place('shop.dump'));
    await assert.rejects(
      fetchDump(target, at, { ...file, part: join(file.part, 'none') }, signal),
      (error) =>
        error instanceof Problem && /aws s3 cp s3:\/\/shop-dumps\/shop\.dump \. --region/.test(error.fix),
    );
  });
});
