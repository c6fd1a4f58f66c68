import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { VariableSource } from '../../src/migration/plan.ts';
import { sortVariable } from '../../src/migration/variables.ts';

const random = 'qX7vR2mT9kLw4ZpN8sBd3FgH6jYc1QeU';

/** Where a variable goes that stands in a file of the repo (`published`), or in an export of what the app runs with. */
function goes(name: string, value: string, isPublished: boolean): VariableSource['kind'] {
  const evidence = [{ file: 'f', line: 1 }];
  return sortVariable({ name, value, evidence }, { databases: [], isPublished }).variable.source.kind;
}

describe('a setting in a file of the repo', () => {
  for (const [name, value] of [
    ['SLACK', `https://hooks.slack.com/services/T0/B0/${random}`],
    ['BASIC_AUTH', 'admin:hunter22'],
    ['PGPASS', 'hunter'],
    ['ADMIN_LOGIN', 'root/hunter22'],
    ['ALERTS', `https://discord.com/api/webhooks/123456/${random}`],
    ['DEPLOY', 'https://api.render.com/deploy/srv-abc?key=abcDEF12'],
    ['BOT', '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw'],
    ['SENTRY', 'https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1'],
    ['FEED', 'https://shop.example/feed?sig=abcDEF12'],
    ['FEED', `https://shop.example/feed/${random}/all`],
    ['AUTHORIZATION', 'Basic YWRtaW46aHVudGVyMjI='],
    ['COOKIE_SIGNING', 'short'],
    ['ENCRYPTION_IV', 'short'],
    ['EDITOR_LICENSE', 'short'],
    ['DEPLOY_HOOK', 'https://shop.example/x'],
    ['ALERT_WEBHOOK_URL', 'https://shop.example/x'],
    ['JWT_SECRET', 'true'],
  ] as const)
    it(`is a secret by its name or its look: ${name}=${value.slice(0, 24)}`, () => {
      assert.equal(goes(name, value, true), 'secret');
    });

  for (const [name, value] of [
    ['SOCIAL_LOGIN', 'google'],
    ['SMTP_AUTH', 'plain'],
    ['LOGIN_URL', 'https://shop.example/login'],
    ['AFTER_LOGIN', '/home'],
    ['AFTER_LOGIN', 'https://shop.example/home'],
    ['ID', '3f2b8a52-6d1c-4a0e-9c58-0b5f6f9f9d11'],
    ['GREETING', 'Welcome to the shop'],
  ] as const)
    it(`is plain: ${name}=${value}`, () => {
      assert.equal(goes(name, value, true), 'plain');
    });
});

describe('a setting that an app runs with', () => {
  for (const value of [
    '',
    '8',
    '0.25',
    '86400000',
    '30s',
    '10mb',
    'true',
    'debug',
    'INFO',
    'production',
    'read-committed',
    'eu-central-1',
    'us-central1',
    'Europe/Berlin',
    'de_DE.UTF-8',
    '0.0.0.0',
    '*',
    'shop.example',
    'a.shop.example,b.shop.example:8443',
    'shop.settings.production',
    'https://shop.example',
    'https://api.shop.example/v2/items, http://localhost:3000',
    'https://eu-central-1.console.shop.example',
    '/app/uploads',
    './public',
  ])
    it(`is plain where that is harmless for certain: ${value}`, () => {
      assert.equal(goes('ANYTHING', value, false), 'plain');
    });

  for (const value of [
    'hunter22',
    'correct horse battery',
    random,
    '3f2b8a52-6d1c-4a0e-9c58-0b5f6f9f9d11',
    'somebody@shop.example',
    'https://shop.example/?a=b',
    'https://shop.example/in/x7Kq92',
    'https://user@shop.example',
    'https://x7kq92mvb41z.shop.example',
    'a:b',
    'shop.example,hunter22',
    '12345678901',
    '["shop.example"]',
  ])
    it(`is a secret where nothing says that it is none: ${value}`, () => {
      assert.equal(goes('ANYTHING', value, false), 'secret');
    });

  it('is a secret by its name, however harmless its value looks', () => {
    for (const name of ['LICENSE', 'PGPASS', 'COOKIE_SIGNING', 'ENCRYPTION_IV', 'DEPLOY_HOOK'])
      assert.equal(goes(name, 'hunter', false), 'secret');
    assert.equal(goes('LOG_FORMAT', '[%(name)s] %(message)s', false), 'plain');
  });
});
