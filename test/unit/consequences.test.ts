import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { losses } from '../../src/consequences.ts';
import type { Features } from '../../src/features/all.ts';
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

describe('the plan of a change', () => {
  for (const { title, from, to, says } of changes)
    it(`says what the next deployment does to ${title}, and nothing the other way round`, () => {
      const [before, after] = [from, to].map((features) => answersWith({ name: 'shop', features }));
      assert.ok(before && after);
      assert.match(losses(before, after).join('\n'), says);
      assert.deepEqual(losses(after, after), []);
    });

  it('says nothing of what is only added', () => {
    const on = answersWith({ features: { worker: { emails: { command: 'a' } }, cache: {} } });
    assert.deepEqual(losses(answersWith(), on), []);
  });
});
