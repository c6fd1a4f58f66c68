import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Answers } from '../../src/answers.ts';
import { environmentsOf } from '../../src/environments.ts';
import { alarms } from '../../src/features/alarms.ts';
import type { Features } from '../../src/features/all.ts';
import { waf } from '../../src/features/waf.ts';
import { packageRoot } from '../../src/package.ts';
import { answersWith } from '../support.ts';

const wafOf = (changes: Partial<NonNullable<Features['waf']>>, domain = 'api.example.com'): Answers =>
  answersWith({
    domain,
    features: { waf: { mode: 'count', rateLimit: 2000, behindProxy: false, ...changes } },
  });

describe('the firewall', () => {
  it('is in prod and not in dev', () => {
    const answers = wafOf({});
    const [dev, prod] = environmentsOf(answers);
    assert.equal(waf.settings?.(answers, dev), undefined);
    assert.deepEqual(waf.settings?.(answers, prod), {
      waf: { mode: 'count', rateLimit: 2000, behindProxy: false },
    });
    assert.deepEqual(waf.costs?.(answers, dev), []);
  });

  it('is behind a proxy without a domain, whatever was answered: everybody comes by way of Vercel', () => {
    const answers = wafOf({}, '');
    const [, prod] = environmentsOf(answers);
    assert.deepEqual(waf.settings?.(answers, prod), {
      waf: { mode: 'count', rateLimit: 2000, behindProxy: true },
    });
  });

  it('costs a rule more behind a proxy', () => {
    for (const [behindProxy, usd] of [
      [false, 10],
      [true, 11],
    ] as const) {
      const answers = wafOf({ behindProxy });
      const [, prod] = environmentsOf(answers);
      assert.equal(waf.costs?.(answers, prod)[0]?.usd, usd);
    }
  });

  it('leaves reading the counts to do while it counts, and nothing once it blocks', () => {
    assert.equal(waf.laterSteps?.(wafOf({ mode: 'count' })).length, 1);
    assert.deepEqual(waf.laterSteps?.(wafOf({ mode: 'block' })), []);
  });
});

/** How many alarms the templates of these conditions have. */
function watchesIn(...conditions: string[]): number {
  return conditions
    .map((condition) => join(packageRoot, 'templates/infra', condition, 'lib/constructs'))
    .flatMap((folder) => readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')))
    .reduce((sum, program) => sum + (program.match(/^ +name: '[a-z0-9-]+',$/gm) ?? []).length, 0);
}

describe('the price of the alarms', () => {
  for (const [database, domain, conditions] of [
    [false, '', ['alarms']],
    [true, '', ['alarms', 'alarms+database']],
    [true, 'api.example.com', ['alarms', 'alarms+database', 'alarms+domain']],
  ] as const)
    it(`counts those of ${conditions.join(' and ')}`, () => {
      const features: Features = { alarms: { email: 'ops@example.com', budgetUsd: 150 } };
      const answers = answersWith({ database, domain, features });
      for (const environment of environmentsOf(answers)) {
        const [row] = alarms.costs?.(answers, environment) ?? [];
        const count = watchesIn(...conditions);
        assert.match(row?.detail ?? '', new RegExp(`^${count} alarms`));
        assert.ok(Math.abs((row?.usd ?? 0) - count / 10) < 1e-9);
      }
    });
});
