import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Database, PlatformName } from '../../../src/migration/plan.ts';
import { isTaskSize, smallestTask, taskSize } from '../../../src/migration/sizes.ts';
import { databaseClass } from '../../../src/migration/sizes-databases.ts';

describe('the size of a task', () => {
  const cases: [PlatformName, string, string | undefined][] = [
    ['render', 'starter', '512/1024'],
    ['render', 'Starter', '512/1024'],
    ['render', 'pro_plus', '4096/8192'],
    ['render', 'pro plus', '4096/8192'],
    ['render', 'free', '256/512'],
    ['render', 'custom', undefined],
    ['heroku', 'Standard-2X', '512/1024'],
    ['heroku', 'standard-1X', '256/512'],
    ['heroku', 'performance-m', '1024/3072'],
    ['heroku', 'Performance-L-RAM', '4096/30720'],
    ['heroku', 'private-xl', '16384/65536'],
    ['heroku', 'performance-2xl', '16384/122880'],
    ['heroku', 'constructor', undefined],
    ['fly', 'shared-cpu-1x', '256/512'],
    ['fly', 'shared-cpu-2x 4gb', '512/4096'],
    ['fly', 'shared-cpu-1x 512mb', '256/512'],
    ['fly', 'shared-cpu-8x', '1024/2048'],
    ['fly', 'performance-4x', '4096/8192'],
    ['fly', 'performance-1x 16gb', '2048/16384'],
    ['fly', 'a100-40gb', undefined],
    ['railway', 'anything', undefined],
  ];
  for (const [platform, name, expected] of cases)
    it(`${name} of ${platform} is ${expected ?? 'not known'}`, () => {
      const target = taskSize(platform, name)?.target;
      assert.equal(target && `${target.cpu}/${target.memory}`, expected);
      if (target) assert.ok(isTaskSize(target), 'Fargate does not take it');
    });

  it('is the smallest pair that Fargate takes', () => {
    assert.deepEqual(smallestTask(256, 1500), { cpu: 256, memory: 2048 });
    assert.deepEqual(smallestTask(256, 2049), { cpu: 512, memory: 3072 });
    assert.deepEqual(smallestTask(8192, 62_000), { cpu: 16_384, memory: 65_536 });
    assert.equal(smallestTask(16_384, 126 * 1024), undefined);
    assert.equal(isTaskSize({ cpu: 8192, memory: 65_536 }), false);
  });

  it('has the price there and says what is different', () => {
    assert.equal(taskSize('render', 'standard')?.usdThere, 25);
    assert.match(taskSize('heroku', 'performance-2xl')?.remark ?? '', /126 GB/);
    assert.match(taskSize('fly', 'shared-cpu-1x')?.remark ?? '', /256 MB/);
  });
});

describe('the class of a database', () => {
  const cases: [PlatformName, Database['kind'], string, string | undefined][] = [
    ['render', 'postgres', 'basic-256mb', 't4g.micro'],
    ['render', 'postgres', 'basic_256mb', 't4g.micro'],
    ['render', 'postgres', 'basic-1gb', 't4g.micro'],
    ['render', 'postgres', 'basic-4gb', 't4g.medium'],
    ['render', 'postgres', 'pro-8gb', 'm7g.large'],
    ['render', 'postgres', 'pro-16gb', 'm7g.xlarge'],
    ['render', 'postgres', 'accelerated-16gb', 'r7g.large'],
    ['render', 'postgres', 'accelerated-1024gb', 'r7g.16xlarge'],
    ['render', 'postgres', 'starter', 't4g.micro'],
    ['heroku', 'postgres', 'essential-0', 't4g.micro'],
    ['heroku', 'postgres', 'hobby-dev', 't4g.micro'],
    ['heroku', 'postgres', 'mini', 't4g.micro'],
    ['heroku', 'postgres', 'standard-0', 't4g.medium'],
    ['heroku', 'postgres', 'premium-2', 'm7g.large'],
    ['heroku', 'postgres', 'private-3', 'm7g.xlarge'],
    ['heroku', 'redis', 'mini', 'cache.t4g.micro'],
    ['heroku', 'redis', 'premium-5', 'cache.t4g.small'],
    ['heroku', 'redis', 'premium-7', 'cache.r7g.large'],
    ['render', 'redis', 'starter', 'cache.t4g.micro'],
    ['render', 'redis', 'pro', 'cache.r7g.large'],
    ['heroku', 'mongo', 'sandbox', undefined],
    ['heroku', 'postgres', 'whatever', undefined],
  ];
  for (const [platform, kind, size, expected] of cases)
    it(`${size} of ${platform}'s ${kind} is ${expected ?? 'not known'}`, () => {
      assert.equal(databaseClass(platform, { kind, size })?.target, expected);
    });

  it('says that a plan had a stand-by', () => {
    assert.match(databaseClass('heroku', { kind: 'postgres', size: 'premium-0' })?.remark ?? '', /Multi-AZ/);
  });
});
