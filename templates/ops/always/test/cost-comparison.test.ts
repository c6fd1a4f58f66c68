import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changedSince, compare, totalOf } from '../lib/cost-comparison.ts';
import { twoMonths } from '../lib/costs.ts';

const ecs = 'Amazon Elastic Container Service';
const rows = [
  { item: 'Fargate', service: ecs, usd: 16.58 },
  { item: 'Load balancer', service: 'Amazon Elastic Load Balancing', usd: 19.71 },
  { item: 'Worker emails', service: ecs, usd: 12 },
];

describe('the comparison of costs', () => {
  it('adds up what one service charges', () => {
    const [line] = compare(rows, [new Map([[ecs, 30]]), new Map([[ecs, 10]])]);
    assert.deepEqual(line, {
      service: ecs,
      items: ['Fargate', 'Worker emails'],
      estimate: 28.58,
      actual: [30, 10],
    });
  });

  it('shows what was expected and is not on the bill', () => {
    const lines = compare(rows, [new Map([[ecs, 30]])]);
    assert.deepEqual(lines[1]?.actual, [0]);
  });

  it('shows what nobody expected, the dearest first, and leaves out what is next to nothing', () => {
    const month = new Map([
      ['AWS Lambda', 1],
      ['Amazon SQS', 5],
      ['AWS X-Ray', 0.001],
    ]);
    const lines = compare(rows, [month]).slice(2);
    assert.deepEqual(
      lines.map(({ service, estimate }) => [service, estimate]),
      [
        ['Amazon SQS', undefined],
        ['AWS Lambda', undefined],
      ],
    );
  });

  it('adds everything up', () => {
    const lines = compare(rows, [new Map([[ecs, 1]]), new Map([['Amazon SQS', 2]])]);
    const { estimate, actual } = totalOf(lines);
    assert.equal(estimate.toFixed(2), '48.29');
    assert.deepEqual(actual, [1, 2]);
  });

  it('says what has changed since the estimate', () => {
    assert.deepEqual(changedSince({ cpu: 512, minTasks: 1 }, { cpu: 1024, minTasks: 1, other: 3 }), [
      'cpu 1024 and not 512',
    ]);
  });

  it('asks for last month and this one, over the turn of the year and with today', () => {
    assert.deepEqual(twoMonths(new Date('2026-11-22T10:00:00Z')), { Start: '2026-10-01', End: '2026-11-23' });
    assert.deepEqual(twoMonths(new Date('2027-01-31T23:59:59Z')), { Start: '2026-12-01', End: '2027-02-01' });
  });
});
