import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accept } from '../../src/answers.ts';
import { Problem } from '../../src/problem.ts';

function refusal(key: Parameters<typeof accept>[0], value: unknown): Problem {
  try {
    accept(key, value);
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new assert.AssertionError({ message: `${key} ${JSON.stringify(value)} was taken` });
}

const refused: [Parameters<typeof accept>[0], code: string, unknown[]][] = [
  [
    'name',
    'VIB010',
    [
      '',
      'a',
      'Shop',
      'my_shop',
      'my shop',
      'shop-',
      '-shop',
      'my--shop',
      '1shop',
      'aws-shop',
      'ssm',
      'internal-x',
      'a'.repeat(21),
      7,
    ],
  ],
  ['backend', 'VIB011', ['rails', '', true]],
  ['sse', 'VIB012', ['yes', 1, null]],
  ['database', 'VIB013', ['true']],
  [
    'domain',
    'VIB014',
    [
      'localhost',
      'https://api.example.com',
      'api.example.com/',
      '10.0.0.1',
      '-a.example.com',
      'a..example.com',
      'api_x.example.com',
      `${'a'.repeat(60)}.de`,
    ],
  ],
  [
    'github',
    'VIB015',
    [
      'shop',
      'acme/',
      '/shop',
      '-acme/shop',
      'ac--me/shop',
      'acme/sh op',
      'acme/shop/x',
      `${'a'.repeat(40)}/shop`,
      'acme/..',
    ],
  ],
  ['devAccount', 'VIB016', ['1234', '12345678901a', '1234-5678-9012', 123456789012]],
  ['prodAccount', 'VIB016', ['', '1234567890123']],
  ['region', 'VIB017', ['eu-central-9', 'frankfurt', '']],
  ['architecture', 'VIB018', ['arm', 'amd64']],
];

describe('an answer that AWS, DNS or GitHub would not take', () => {
  for (const [key, code, values] of refused) {
    for (const value of values) {
      it(`is refused with ${code}, a reason and a way out: ${key} ${JSON.stringify(value)}`, () => {
        const problem = refusal(key, value);
        assert.equal(problem.code, code);
        assert.ok(
          problem.text.what.length > 10 && problem.text.why.length > 10 && problem.text.fix.length > 10,
          String(problem),
        );
      });
    }
  }
});

describe('an answer as people paste it', () => {
  const tidied: [Parameters<typeof accept>[0], string, string][] = [
    ['name', ' shop ', 'shop'],
    ['domain', 'API.Example.com', 'api.example.com'],
    ['domain', '', ''],
    ['domain', 'xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['github', 'https://github.com/acme/shop', 'acme/shop'],
    ['github', 'git@github.com:acme/shop.git', 'acme/shop'],
    ['devAccount', ' 012345678901', '012345678901'],
    ['region', 'EU-West-1', 'eu-west-1'],
  ];
  for (const [key, given, stored] of tidied)
    it(`is brought into its usual form: ${key} '${given}'`, () => assert.equal(accept(key, given), stored));

  it('is taken at its longest', () => assert.equal(accept('name', 'a'.repeat(20)), 'a'.repeat(20)));
});

describe('a region that does not exist', () => {
  it('is answered with the nearest one', () =>
    assert.match(refusal('region', 'eu-cental-1').text.fix, /eu-central-1/));
});
