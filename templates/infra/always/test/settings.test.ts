import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseSettings, readSettings } from '../lib/settings.ts';

const file = join(__dirname, '..', 'settings.json');

describe('settings.json', () => {
  for (const [key, value, message] of [
    ['account', 123456789012, 'environments.dev.account is 123456789012. Use something like "123456789012".'],
    ['cpu', 500, 'environments.dev.cpu is 500. Use one of 256, 512, 1024, 2048, 4096, 8192, 16384.'],
    ['memoryMiB', 999, 'environments.dev.memoryMiB is 999. Use one of '],
    ['minTasks', 7, 'environments.dev.maxTasks is '],
    [
      'idleTimeoutSeconds',
      4001,
      'environments.dev.idleTimeoutSeconds is 4001. Use a whole number from 1 to 4000.',
    ],
    [
      'stopTimeoutSeconds',
      121,
      'environments.dev.stopTimeoutSeconds is 121. Use a whole number from 15 to 120.',
    ],
    ['logRetentionDays', 31, 'environments.dev.logRetentionDays is 31. Use one of 1, 3, 5, 7, 14, 30, '],
    ['protected', 'no', 'environments.dev.protected is "no". Use true or false.'],
    ['architecture', 'arm', 'environments.dev.architecture is "arm". Use one of arm64, x86_64.'],
    ['availabilityZones', ['eu-central-1a'], 'environments.dev.availabilityZones has fewer than two zones. '],
    [
      'availabilityZones',
      ['xx-east-1a', 'xx-east-1b'],
      'environments.dev.availabilityZones has xx-east-1a, which ',
    ],
    [
      'frontendOrigin',
      'https://shop.example.com/',
      'environments.dev.frontendOrigin is "https://shop.example.com/". ',
    ],
    ['secrets', ['stripe-key'], 'environments.dev.secrets is ["stripe-key"]. Use a list like '],
    ['secrets', ['DATABASE_PASSWORD'], 'environments.dev.secrets has DATABASE_PASSWORD. Remove it'],
    [
      'variables',
      { 'log-level': 'x' },
      'environments.dev.variables.log-level is no name of an environment variable. ',
    ],
    ['variables', { LOG_LEVEL: 7 }, 'environments.dev.variables.LOG_LEVEL is 7. '],
    ['exec', 'yes', 'environments.dev.exec is "yes". Use true or false.'],
    ['taskCount', 2, 'environments.dev.taskCount is not a setting. Remove it; there are '],
    ['cpu', undefined, 'environments.dev.cpu is missing. Use one of '],
  ] as const) {
    it(`is refused with ${key} ${JSON.stringify(value)}, and the error says where and how to fix it`, () => {
      const json = JSON.parse(readFileSync(file, 'utf8'));
      json.environments.dev[key] = value;
      assert.throws(
        () => parseSettings(json),
        (error: Error) => error.message.includes(`\n  ${message}`),
      );
    });
  }

  it('is refused by its name where it is no JSON', (test) => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    test.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'settings.json'), '{ "secrets": ["A",] }');
    assert.throws(
      () => readSettings(join(folder, 'settings.json')),
      /^Error: infra\/settings\.json\n {2}Unexpected token ']'/,
    );
  });

  it('is refused with all that is wrong in it at once', () => {
    const json = JSON.parse(readFileSync(file, 'utf8'));
    json.app = 'Shop!';
    json.environments.dev.cpu = 1;
    assert.throws(() => parseSettings(json), /app is "Shop!"[\s\S]*environments\.dev\.cpu is 1/);
  });

  it('is refused with an object that nobody has asked for', () => {
    const json = JSON.parse(readFileSync(file, 'utf8'));
    json.environments.dev.extra = { size: 1 };
    const unread = parseSettings(json);
    assert.throws(unread.refuseUnread, /environments\.dev\.extra is not a setting\. Remove it; there are /);
  });

  it('is read in parts by those who understand them, and refused with all that is wrong in a part', () => {
    const json = JSON.parse(readFileSync(file, 'utf8'));
    json.environments.dev.extra = { size: 1, sort: 'a', colour: 'red' };
    const [dev] = parseSettings(json).environments;
    assert.equal(
      dev?.part('other', () => 1),
      undefined,
    );
    assert.throws(
      () => dev?.part('extra', (part) => [part.integer('size', 2, 3), part.oneOf('sort', ['b'])]),
      /extra\.size is 1[\s\S]*extra\.sort is "a"[\s\S]*extra\.colour is not a setting/,
    );
  });

  it('is refused with an app whose name makes the names in AWS too long', () => {
    const json = JSON.parse(readFileSync(file, 'utf8'));
    json.app = 'a'.repeat(40);
    assert.throws(
      () => parseSettings(json),
      /environments\.dev makes the load balancer's name .* longer than 32/,
    );
  });
});
