import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answers } from '../../src/answers.ts';
import { assertSameIdentity, costChange, losses } from '../../src/consequences.ts';
import { environmentsOf, infraSettings } from '../../src/environments.ts';
import { featureOf, turnOn } from '../../src/features/change.ts';
import { answersWith } from '../support.ts';

const accounts = { devAccount: '111122223333', prodAccount: '444455556666' };

function withStaging(account: string, changed: Partial<Answers> = {}): Answers {
  return answersWith({ ...accounts, ...changed, features: { environment: { staging: { account } } } });
}

// biome-ignore lint/suspicious/noExplicitAny: settings.json is read by the infrastructure, which has its type
const settings = (answers: Answers): Record<string, any> => infraSettings(answers) as any;

describe('a further environment', () => {
  const answers = withStaging('777788889999', { domain: 'api.example.com' });
  const { environments } = settings(answers);

  it('comes after dev and prod, with an account, a profile and a host of its own', () => {
    const [dev, prod, staging] = environmentsOf(answers);
    assert.deepEqual([dev.name, prod.name, staging?.name], ['dev', 'prod', 'staging']);
    assert.equal(staging?.profileFlag, ' --profile staging-shop');
    assert.equal(staging?.domain, 'staging.api.example.com');
  });

  it('gets its images from dev, which lets every account pull once', () => {
    assert.deepEqual(environments.dev.imagesTo, ['444455556666', '777788889999']);
    assert.equal(environments.staging.imagesFrom, '111122223333');
    assert.deepEqual(environments.staging.imagesTo, []);
    const shared = settings(withStaging('444455556666')).environments;
    assert.deepEqual(shared.dev.imagesTo, ['444455556666']);
  });

  it('scales as prod does, in the sizes of dev, and is not protected', () => {
    const { cpu, memoryMiB, maxTasks, protected: kept, frontendOrigin } = environments.staging;
    assert.deepEqual([cpu, memoryMiB, maxTasks, kept, frontendOrigin], [512, 1024, 2, false, null]);
  });

  it('keeps its account: its data would stay behind in the old one', () => {
    const moved = withStaging('123456789012', { domain: 'api.example.com' });
    assert.throws(() => assertSameIdentity(answers, moved, false), /^VIB045|staging --account/);
    assert.doesNotThrow(() => assertSameIdentity(answers, moved, true));
    const unknown = withStaging('000000000000', { domain: 'api.example.com' });
    assert.doesNotThrow(() => assertSameIdentity(unknown, moved, false));
  });

  it('is told to go on in AWS, and to cost less, when it leaves the repo', () => {
    const without = answersWith({ ...accounts, domain: 'api.example.com' });
    assert.match(JSON.stringify(losses(answers, without)), /staging.*stacks stay in AWS/);
    assert.deepEqual(losses(without, answers), []);
    assert.deepEqual(costChange(answers, without), ['staging −64.35']);
    assert.deepEqual(costChange(without, answers), ['staging +64.35']);
  });

  it('is refused where its host would be too long for a certificate, by either command', () => {
    const domain = `${'a'.repeat(50)}.com`;
    const long = answersWith({ ...accounts, domain: `api.${domain}` });
    const staging = { name: 'staging', values: { account: '777788889999' } };
    assert.throws(() => turnOn(long, featureOf('environment'), staging), /VIB086/);
    const values = { domain: `api.${domain}`, zone: '', devZone: '', frontend: '', devFrontend: '' };
    assert.throws(() => turnOn(answers, featureOf('https'), { values }), /VIB056/);
    assert.doesNotThrow(() => turnOn(answersWith(), featureOf('https'), { values }));
  });
});

describe('the trail of an account', () => {
  const audited = (changed: Partial<Answers>): string[] => {
    const { environments } = settings(
      answersWith({ ...changed, features: { audit: { days: 365 }, ...changed.features } }),
    );
    return Object.keys(environments).filter((name) => environments[name].audit !== undefined);
  };

  it('is there for each of two accounts, known or not', () => {
    assert.deepEqual(audited(accounts), ['dev', 'prod']);
    assert.deepEqual(audited({}), ['dev', 'prod']);
  });

  it("is prod's where it shares an account, else the one that was there first", () => {
    assert.deepEqual(audited({ devAccount: '111122223333', prodAccount: '111122223333' }), ['prod']);
    const staging = { environment: { staging: { account: '111122223333' } } };
    assert.deepEqual(audited({ ...accounts, features: staging }), ['dev', 'prod']);
  });

  it('comes with flow and access logs everywhere, which only prod has otherwise', () => {
    const logged = (answers: Answers): boolean[] => {
      const { environments } = settings(answers);
      return [environments.dev.accessLogs, environments.prod.accessLogs];
    };
    assert.deepEqual(logged(answersWith()), [false, true]);
    assert.deepEqual(logged(answersWith({ features: { audit: { days: 365 } } })), [true, true]);
  });
});

describe('the origin that may call the API of prod', () => {
  const origins: [domain: string, origin: string | null][] = [
    ['', null],
    ['api.example.com', 'https://example.com'],
    ['shop-api.example.com', 'https://example.com'],
    ['api-v2.shop.example.co.uk', 'https://shop.example.co.uk'],
    ['backend.example.com', 'https://example.com'],
    ['shop.co.uk', 'https://www.shop.co.uk'],
    ['shop.com.br', 'https://www.shop.com.br'],
    ['apiary.co.uk', 'https://www.apiary.co.uk'],
    ['example.com', 'https://www.example.com'],
    ['api.com', 'https://www.api.com'],
  ];
  for (const [domain, origin] of origins)
    it(`is ${origin} for the domain '${domain}', and no site of a stranger`, () =>
      assert.equal(settings(answersWith({ domain })).environments.prod.frontendOrigin, origin));
});
