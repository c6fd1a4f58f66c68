import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answers } from '../../src/answers.ts';
import { losses } from '../../src/consequences.ts';
import type { Features } from '../../src/features/all.ts';
import { describeChange } from '../../src/texts.ts';
import { answersWith } from '../support.ts';

/** What each change of the features makes of what runs in AWS. */
const changes: { title: string; from: Features; to: Features; says: RegExp }[] = [
  {
    title: 'a worker that goes',
    from: { worker: { emails: { command: 'a' } } },
    to: {},
    says: /service shop-dev-emails is stopped and deleted/,
  },
  {
    title: 'a worker that changes',
    from: { worker: { emails: { command: 'a' } } },
    to: { worker: { emails: { command: 'b' } } },
    says: /tasks of shop-dev-emails are replaced/,
  },
  {
    title: 'a job that goes',
    from: { cron: { cleanup: { schedule: '0 3 * * *', command: 'a' } } },
    to: {},
    says: /schedule of cleanup is deleted/,
  },
  {
    title: 'a firewall that goes',
    from: { waf: { mode: 'block', rateLimit: 2000, behindProxy: false } },
    to: {},
    says: /web ACL .* is deleted/,
  },
  { title: 'a cache that goes', from: { cache: {} }, to: {}, says: /cache is no longer part/ },
  { title: 'a record that goes', from: { audit: { days: 365 } }, to: {}, says: /trail goes on/ },
];

const notes = (before: Answers, after: Answers): string => describeChange([], losses(before, after));

describe('the plan of a change', () => {
  for (const { title, from, to, says } of changes)
    it(`says what the next deployment does to ${title}, and nothing the other way round`, () => {
      const [before, after] = [from, to].map((features) => answersWith({ name: 'shop', features }));
      assert.ok(before && after);
      assert.match(notes(before, after), says);
      assert.deepEqual(losses(after, after), []);
    });

  it('says nothing of what is only added', () => {
    const on = answersWith({ features: { worker: { emails: { command: 'a' } }, cache: {} } });
    assert.deepEqual(losses(answersWith(), on), []);
  });
});

describe('what stays in AWS of a feature that is turned off', () => {
  const accounts = { name: 'shop', devAccount: '111122223333', prodAccount: '444455556666' };
  const environment = { qa: { account: '777788889999' } };
  const without = answersWith({ ...accounts, features: { environment } });
  /** The commands that the note has for each environment. */
  function commandsFor(before: Answers): Record<string, string[]> {
    const cleanUps = losses(before, without).flatMap(({ cleanUp = [] }) => cleanUp);
    return Object.fromEntries(cleanUps.map((one) => [one.environment, one.commands]));
  }

  it('is the cache of every environment', () => {
    const on = answersWith({ ...accounts, features: { environment, cache: {} } });
    const { dev, prod, qa } = commandsFor(on);
    assert.deepEqual(dev, ['aws cloudformation delete-stack --stack-name shop-dev-cache']);
    assert.deepEqual(qa, ['aws cloudformation delete-stack --stack-name shop-qa-cache --profile qa-shop']);
    assert.match(
      prod?.[0] ?? '',
      /--no-enable-termination-protection --stack-name shop-prod-cache .*prod-shop/,
    );
    assert.match(prod?.[1] ?? '', /delete-stack --stack-name shop-prod-cache --profile prod-shop/);
  });

  it('is the trail, which has to stop before its bucket can be emptied', () => {
    const on = answersWith({ ...accounts, features: { environment, audit: { days: 365 } } });
    const { dev, prod = [], qa } = commandsFor(on);
    assert.deepEqual(dev, [
      'aws cloudtrail stop-logging --name shop-dev',
      'aws s3 rm --recursive --only-show-errors s3://shop-dev-trail-111122223333-eu-central-1',
      'aws cloudformation delete-stack --stack-name shop-dev-audit',
    ]);
    assert.equal(qa?.length, 3);
    assert.ok(!prod.join().includes('s3 rm'), "prod's record is kept");
  });

  it('is the trail of the account that two environments share, once', () => {
    const shared = { ...accounts, prodAccount: accounts.devAccount };
    const on = answersWith({ ...shared, features: { audit: { days: 365 } } });
    const commands = losses(on, answersWith(shared)).flatMap(({ cleanUp = [] }) => cleanUp);
    assert.deepEqual(
      commands.map((one) => one.environment),
      ['prod'],
    );
  });

  it("is each zone, with what keeps it from being deleted, and prod's outlives its stack", () => {
    const unset = { zone: '', devZone: '', frontend: '', devFrontend: '' };
    const on = answersWith({
      ...accounts,
      domain: 'api.example.com',
      features: { environment, https: unset },
    });
    const { dev = [], prod = [], qa = [] } = commandsFor(on);
    assert.match(
      dev.join('\n'),
      /Name=='dev\.api\.example\.com\.'.*change-resource-record-sets.*shop-dev-dns$/s,
    );
    assert.match(qa.at(-1) ?? '', /shop-qa-dns --profile qa-shop/);
    assert.match(prod[1] ?? '', /Type=='NS' && Name=='qa\.api\.example\.com\.'/);
    assert.match(prod.at(-1) ?? '', /delete-hosted-zone --id "\$ZONE".* --profile prod-shop/);
    const text = notes(on, without);
    assert.match(text, /First delete the NS records .*your registrar/);
    assert.match(
      describeChange(['dev −0.50'], losses(on, without)),
      /dev −0\.50, once what stays is deleted/,
    );
  });

  it('is no zone that was there before', () => {
    const https = { zone: 'Z0123456789', devZone: 'Z9876543210', frontend: '', devFrontend: '' };
    const on = answersWith({ ...accounts, domain: 'api.example.com', features: { https } });
    const text = notes(on, answersWith(accounts));
    assert.doesNotMatch(text, /NS records|delete-hosted-zone/);
    assert.match(text, /delete-stack --stack-name shop-dev-dns/);
  });

  it('is nothing where no account is known', () => {
    const on = answersWith({ name: 'shop', features: { cache: {} } });
    assert.deepEqual(commandsFor(on), {});
  });
});
