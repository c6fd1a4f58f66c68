import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HowToMap, Mapped } from '../../../src/migration/mapping.ts';
import { blueprint, mapped, node, web } from './plans.ts';

describe('domains', () => {
  const named = (domains: string, how: Partial<HowToMap> = {}) =>
    mapped(
      { ...node, 'render.yaml': blueprint([web.replace('}', `, domains: [${domains}]}`)]) },
      undefined,
      undefined,
      how,
    );
  const told = ({ migration }: Mapped) =>
    migration.findings.flatMap(({ id, what, evidence }) =>
      /^domain-/.test(id) ? [[id, what, evidence[0]]] : [],
    );
  const rows = ({ migration }: Mapped) =>
    migration.rows.flatMap(({ what, here }) => (/^Domain /.test(what) ? [[what, here]] : []));
  const left = 'not set up: see the list of what is not carried over';
  const kept = 'zone and certificate: docs/runbooks/domain-and-https.md';

  it('beside the first one are told of, and not claimed to be set up', async () => {
    const plan = await named('api.shop.example, www.shop.example');
    assert.equal(plan.domain, 'api.shop.example');
    assert.deepEqual(rows(plan), [
      ['Domain api.shop.example', kept],
      ['Domain www.shop.example', left],
      ['Domain shop.example', left],
    ]);
    assert.deepEqual(
      told(plan).map(([id, what]) => [id, String(what).split(' ')[0]]),
      [
        ['domain-not-set-up', 'www.shop.example'],
        ['domain-not-set-up', 'shop.example'],
      ],
    );
  });

  it('have the twin that Render adds, where somebody has registered the name', async () => {
    assert.deepEqual(
      rows(await named('shop.co.uk')).map(([what]) => what),
      ['Domain shop.co.uk', 'Domain www.shop.co.uk'],
    );
    assert.equal(rows(await named('api.shop.example')).length, 1);
  });

  it('that are no host names are a finding with their place, and are not taken', async () => {
    const plan = await named('"https://shop.example/", Shop.Example');
    assert.equal(plan.domain, 'shop.example');
    assert.deepEqual(told(plan)[1], [
      'domain-invalid',
      "'https://shop.example/', a domain of api, is no host name.",
      'render.yaml:2',
    ]);
  });

  it("are set up by the owner's word, where that was asked for", async () => {
    const plan = await named('api.shop.example', { domain: 'new.shop.example' });
    assert.deepEqual(rows(plan), [['Domain api.shop.example', left]]);
  });
});
