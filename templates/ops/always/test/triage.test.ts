import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { secretTaken, variableTaken } from '../lib/given.ts';
import { refusalOf, refusals, type Surroundings, triage } from '../lib/triage.ts';

const around: Surroundings = { database: true, plain: [], secret: [] };

/** Where a variable goes. */
function destinationOf(name: string, value: string, changes: Partial<Surroundings> = {}) {
  return triage(new Map([[name, value]]), { ...around, ...changes })[0]?.destination;
}

describe('a variable of an environment file', () => {
  for (const [destination, ...variables] of [
    [
      'secret',
      'STRIPE_KEY=sk_test',
      'JWT_SECRET=true',
      'SMTP_URL=smtp://a:b@c',
      'UNKNOWN=some text',
      'PIN=1234',
      'database__connection__password=1234',
      'LOG_FORMAT=Bearer sk_live_51H8abcdefgh',
      'LOG_FORMAT={"private_key":"x"}',
      'LOG_FORMAT=-----BEGIN PRIVATE KEY-----',
      'LOG_FORMAT=Server=db;Password=p4ssw0rdXX;',
      'LOG_FORMAT=https://a:b@c',
      'ALERTS=https://hooks.slack.com/services/T0/B0/abcdef',
      'BASIC_AUTH=admin:hunter22',
      'DEPLOY_HOOK=https://shop.example/x',
      'LICENSE=word',
      'ID=3f2b8a52-6d1c-4a0e-9c58-0b5f6f9f9d11',
    ],
    ['plain', 'NODE_ENV=production', 'LOG_LEVEL=debug', 'MAX_ITEMS=50', 'FEATURE_X=true', 'TZ=Europe/Berlin'],
    ['plain', 'ALLOWED_HOSTS=a.example,b.example', 'API=https://api.shop.example/v2', 'CACHE=memory'],
    ['build', 'NEXT_PUBLIC_API=https://x', 'VITE_TITLE=Shop'],
    [
      'left out',
      'PORT=3000',
      'DATABASE_HOST=localhost',
      'AWS_SECRET_ACCESS_KEY=x',
      'HEROKU_SLUG_COMMIT=x',
      'DYNO=web.1',
    ],
    [
      'left out',
      'PATH=/usr/bin',
      'HOME=/root',
      'HOSTNAME=a',
      'TERM=xterm',
      'LC_ALL=C',
      '_=/bin/printenv',
      'PRIMARY_REGION=fra',
    ],
    ['left out', 'DATABASE_URL=postgres://a:b@old/app', 'OTHER_DB=postgresql://a:b@old/app'],
  ] as const)
    for (const variable of variables)
      it(`is ${destination} for ${variable}`, () => {
        const [name = ''] = variable.split('=');
        const value = variable.slice(name.length + 1);
        assert.equal(destinationOf(name, value), destination);
      });

  it('goes where its owner wants it', () => {
    assert.equal(destinationOf('STRIPE_KEY', 'pk_live', { plain: ['STRIPE_KEY'] }), 'plain');
    assert.equal(destinationOf('MAX_ITEMS', '50', { secret: ['MAX_ITEMS'] }), 'secret');
    assert.equal(destinationOf('DATABASE_URL', 'postgres://a:b@c/d', { secret: ['DATABASE_URL'] }), 'secret');
  });

  it('of the shell is taken over where its owner says so', () => {
    assert.equal(destinationOf('LANG', 'C.UTF-8', { plain: ['LANG'] }), 'plain');
  });

  it('is a secret where the settings have it among the secrets, so that it is in one place only', () => {
    assert.equal(destinationOf('LOG_LEVEL', 'info', { declared: ['LOG_LEVEL'] }), 'secret');
    assert.equal(
      destinationOf('LOG_LEVEL', 'info', { declared: ['LOG_LEVEL'], plain: ['LOG_LEVEL'] }),
      'plain',
    );
  });

  it('stays where the settings have it among the variables, whatever it looks like, unless it shows a secret', () => {
    const variables = { TAX_RATE: '19', READ_ONLY: 'https://a:b@c', TITLE: 'Shop' };
    assert.equal(destinationOf('TAX_RATE', '19.5', { variables }), 'plain');
    assert.equal(destinationOf('READ_ONLY', 'https://a:b@c', { variables }), 'plain');
    assert.equal(destinationOf('TITLE', 'Bearer sk_live_51H8abcdefgh', { variables }), 'secret');
    assert.equal(destinationOf('TITLE', 'Shop', { variables, secret: ['TITLE'] }), 'secret');
    assert.equal(destinationOf('TITLE', 'Shop', { variables, declared: ['TITLE'] }), 'secret');
  });

  it('is the address of a database that somebody else runs, where there is none of ours', () => {
    assert.equal(destinationOf('DATABASE_URL', 'postgres://a:b@c/d', { database: false }), 'secret');
    assert.equal(destinationOf('DATABASE_HOST', 'db.shop.example', { database: false }), 'plain');
  });

  it('is left out where the infrastructure has another value for it, whatever its owner says', () => {
    const taken = { cache: true, composed: ['DATABASE_URL'], secret: ['PORT', 'REDIS_URL', 'DATABASE_URL'] };
    for (const name of taken.secret) assert.equal(destinationOf(name, 'x', taken), 'left out');
  });

  it('cannot be given where the tasks would have it twice', () => {
    const starter = { database: true };
    for (const name of ['PORT', 'FRONTEND_ORIGIN', 'DATABASE_HOST', 'DATABASE_PASSWORD', 'LOG_LEVEL'])
      assert.match(secretTaken(name, starter).join(), new RegExp(`^${name} is n`));
    const migrated = { database: true, container: ['NODE_ENV'], composed: ['DATABASE_URL'] };
    assert.match(secretTaken('NODE_ENV', migrated).join(), /take it out of container\.variables/);
    assert.match(secretTaken('DATABASE_URL', migrated).join(), /container in infra\/settings\.json has it/);
    assert.deepEqual(secretTaken('LOG_LEVEL', migrated), []);
    assert.deepEqual(secretTaken('DATABASE_HOST', { database: false }), []);
    assert.match(variableTaken('PORT', migrated).join(), /^PORT is not yours to set/);
    assert.deepEqual(variableTaken('NODE_ENV', migrated), []);
  });

  it('is refused when it is empty, a placeholder, too long, a template, or has no name of a secret', () => {
    assert.match(refusalOf('KEY', '').join(), /KEY is empty/);
    assert.match(refusalOf('KEY', 'CHANGE_ME').join(), /still is CHANGE_ME/);
    assert.match(refusalOf('KEY', 'ü'.repeat(4097)).join(), /has 8194 bytes/);
    assert.match(refusalOf('KEY', 'Dear {{ name }}').join(), /KEY has \{\{…\}\} in it/);
    assert.deepEqual(refusalOf('KEY', 'Dear {{ name }}', 'plain'), []);
    assert.deepEqual(refusalOf('KEY', '{"a":{"b":{}}}'), []);
    assert.match(refusalOf('some-key', 'x').join(), /some-key is no name/);
    assert.match(refusalOf('1KEY', 'x').join(), /1KEY is no name/);
    assert.deepEqual(refusalOf('KEY', 'x'), []);
    assert.deepEqual(refusalOf('database__connection__host', 'x'), []);
  });

  it('is not refused where it goes nowhere', () => {
    const values = new Map([
      ['PORT', ''],
      ['NEXT_PUBLIC_X', ''],
      ['KEY', ''],
    ]);
    assert.deepEqual(refusals(triage(values, around), values).length, 1);
  });
});
