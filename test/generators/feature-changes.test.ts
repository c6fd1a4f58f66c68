import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { storedAnswers } from '../../src/state.ts';
import { scratch, vibely } from '../support.ts';
import { commit, shop, status, succeed } from './owned-repo.ts';

describe('a domain that changes', () => {
  const first = [
    'https',
    '--domain',
    'api.example.com',
    '--zone',
    'Z0123456789',
    '--frontend',
    'https://old.example',
  ];
  const other = 'api.other.example';
  const httpsOf = (folder: string) => storedAnswers(folder).features?.https;
  const unset = { zone: '', devZone: '', frontend: '', devFrontend: '' };
  const ways = [
    ['https', '--domain', other],
    ['.', '--domain', other],
  ];

  for (const way of ways) {
    it(`is refused where the old one may be deployed, and goes on from what is new with --force: ${way[0]}`, () => {
      const folder = shop();
      succeed(folder, first);
      commit(folder);
      const { code, err } = vibely([...way, '--yes'], { cwd: folder });
      assert.equal(code, 1);
      assert.match(err, /^VIB046 .*'api\.example\.com' to 'api\.other\.example'/);
      assert.match(err, /Fix: .*https --off.*https --domain api\.other\.example.*--force/);
      assert.equal(status(folder), '');
      succeed(folder, [...way, '--force']);
      assert.deepEqual([storedAnswers(folder).domain, httpsOf(folder)], [other, unset]);
    });
  }

  it('keeps what is given with it', () => {
    const folder = shop();
    succeed(folder, first);
    succeed(folder, ['https', '--domain', other, '--frontend', 'https://new.example', '--force']);
    assert.deepEqual(httpsOf(folder), { ...unset, frontend: 'https://new.example' });
  });

  it('may change where no account is known: nothing can have been deployed', () => {
    const folder = join(scratch(), 'shop');
    vibely([folder, '--yes', '--domain', 'api.example.com']);
    succeed(folder, ['https', '--domain', other]);
  });
});

describe('a command that is printed', () => {
  it('begins as the program was called, in a refusal and in what is left to do', () => {
    const folder = shop();
    const npx = { cwd: folder, env: { npm_lifecycle_event: 'npx' } };
    assert.match(vibely(['https', '--yes'], npx).err, /: npx generator-vibely https --domain/);
    assert.match(vibely(['worker', '--yes'], npx).err, /: npx generator-vibely worker NAME/);
    assert.match(vibely(['waf', '--yes'], npx).out, / npx generator-vibely waf --mode block/);
  });
});

describe('the steps of a further environment', () => {
  const folder = shop();

  it('are to name its account as long as that is not known', () => {
    const out = succeed(folder, ['environment', 'qa']);
    assert.match(out, /vibely environment qa --account 111122223333/);
    assert.doesNotMatch(out, /ops -- bootstrap|configure sso/);
    commit(folder);
  });

  it('are its own alone, and as its page has them', () => {
    const out = succeed(folder, ['environment', 'staging', '--account', '777788889999']);
    assert.match(out, /npm run ops -- bootstrap --env staging/);
    assert.doesNotMatch(out, /Tell it the account|qa-shop|cdk -- bootstrap/);
    commit(folder);
  });

  it('are none for one that goes', () => {
    const out = succeed(folder, ['environment', 'qa', '--off']);
    assert.doesNotMatch(out, /Set .* up/);
    assert.match(out, /unless you have removed them before: npm run ops -- teardown --env qa/);
  });
});

describe('a budget', () => {
  const alarms = ['alarms', '--email', 'ops@example.com'];

  it('below the estimate is warned of, with the environments and what is enough', () => {
    const out = succeed(shop(), [...alarms, '--budget', '80']);
    assert.match(
      out,
      /Warning: The budget of 80 USD .* estimate of prod, 10\d\.\d\d: .*alarms --budget 1\d0/,
    );
    assert.doesNotMatch(out, /estimate of dev/);
  });

  it('is enough by itself, in an account that environments share, too', () => {
    const shared = shop(['--dev-account', '444455556666']);
    assert.doesNotMatch(succeed(shared, alarms), /The budget of/);
    const { budgetUsd = 0 } = storedAnswers(shared).features?.alarms ?? {};
    assert.ok(budgetUsd > 170, String(budgetUsd));
    const apart = shop();
    succeed(apart, alarms);
    assert.equal(storedAnswers(apart).features?.alarms?.budgetUsd, 150);
  });
});
