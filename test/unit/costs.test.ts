import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { costData, costsOf, leversOf } from '../../src/costs.ts';
import { answersWith } from '../support.ts';

/** The table of the price list's source: 730 hours, one task, 20 GB, one zone, with a domain. */
const table = [
  { architecture: 'x86_64', dev: 68.49, prod: 102.36 },
  { architecture: 'arm64', dev: 64.35, prod: 94.07 },
] as const;

describe('the monthly estimate', () => {
  for (const { architecture, dev, prod } of table) {
    it(`is that of the price list on ${architecture}, plus Container Insights in prod`, () => {
      const [first, second] = costsOf(answersWith({ architecture, domain: 'api.example.com' }));
      assert.equal(first?.total, dev);
      assert.equal(second?.total, Math.round((prod + 7.5) * 100) / 100);
    });
  }

  it('counts the public IPv4 addresses of the load balancer and the task', () => {
    const row = costsOf(answersWith())[0]?.rows.find(({ item }) => item === 'Public IPv4 addresses');
    assert.equal(row?.usd, 10.95);
  });

  it('leaves out what the answers leave out', () => {
    const items = costsOf(answersWith({ database: false })).flatMap(({ rows }) =>
      rows.map(({ item }) => item),
    );
    assert.ok(!items.some((item) => /RDS|Route 53/.test(item)), items.join());
  });

  it('is the sum of its rows', () => {
    for (const { rows, total } of costsOf(answersWith()))
      assert.equal(total, Math.round(rows.reduce((sum, { usd }) => sum + usd, 0) * 100) / 100);
  });
});

describe('the estimate as data', () => {
  it('has the rows of the table, and says for which settings', () => {
    const answers = answersWith({ architecture: 'x86_64' });
    const data = costData(answers) as { environments: Record<string, { assumes: object; rows: object[] }> };
    for (const { name, rows } of costsOf(answers)) {
      const found = data.environments[name]?.rows;
      assert.deepEqual(
        found,
        rows.map(({ item, service, usd }) => ({ item, service, usd })),
      );
    }
    assert.deepEqual(data.environments.dev?.assumes, {
      architecture: 'x86_64',
      cpu: 512,
      memoryMiB: 1024,
      minTasks: 1,
      instanceClass: 't4g.micro',
    });
  });
});

describe('the levers', () => {
  it('have no database among them where there is none', () => {
    assert.ok(!leversOf(answersWith({ database: false })).some(({ change }) => /database/.test(change)));
  });

  it('name a price each', () => {
    for (const { change, usd } of leversOf(answersWith())) assert.match(usd, /^(about )?[+−]\d+/, change);
  });
});
