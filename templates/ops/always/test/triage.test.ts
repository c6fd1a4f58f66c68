import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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
    ],
    ['plain', 'NODE_ENV=production', 'LOG_LEVEL=debug', 'MAX_ITEMS=50', 'FEATURE_X=true', 'TZ=Europe/Berlin'],
    ['build', 'NEXT_PUBLIC_API=https://x', 'VITE_TITLE=Shop'],
    [
      'left out',
      'PORT=3000',
      'DATABASE_HOST=localhost',
      'AWS_SECRET_ACCESS_KEY=x',
      'HEROKU_SLUG_COMMIT=x',
      'DYNO=web.1',
    ],
    ['left out', 'DATABASE_URL=postgres://a:b@old/app', 'OTHER_DB=postgresql://a:b@old/app'],
  ] as const)
    for (const variable of variables)
      it(`is ${destination} for ${variable}`, () => {
        const [name = '', value = ''] = variable.split('=');
        assert.equal(destinationOf(name, value), destination);
      });

  it('goes where its owner wants it', () => {
    assert.equal(destinationOf('STRIPE_KEY', 'pk_live', { plain: ['STRIPE_KEY'] }), 'plain');
    assert.equal(destinationOf('MAX_ITEMS', '50', { secret: ['MAX_ITEMS'] }), 'secret');
    assert.equal(destinationOf('DATABASE_URL', 'postgres://a:b@c/d', { secret: ['DATABASE_URL'] }), 'secret');
  });

  it('is the address of a database that somebody else runs, where there is none of ours', () => {
    assert.equal(destinationOf('DATABASE_URL', 'postgres://a:b@c/d', { database: false }), 'secret');
    assert.equal(destinationOf('DATABASE_HOST', 'localhost', { database: false }), 'secret');
  });

  it('is refused when it is empty, a placeholder, too long, or has no name of a secret', () => {
    assert.match(refusalOf('KEY', '').join(), /KEY is empty/);
    assert.match(refusalOf('KEY', 'CHANGE_ME').join(), /still is CHANGE_ME/);
    assert.match(refusalOf('KEY', 'ü'.repeat(4097)).join(), /has 8194 bytes/);
    assert.match(refusalOf('some-key', 'x').join(), /some-key is no name/);
    assert.deepEqual(refusalOf('KEY', 'x'), []);
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
