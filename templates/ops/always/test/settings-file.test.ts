import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { movedBy, withAdditions } from '../lib/settings-file.ts';

const settings = (secrets: string, more = '') => `{
  "app":   "shop",
  "environments": {
    "dev": { "secrets": ["OTHER"] },
    "prod": {
      "cpu": 512,
      "secrets": ${secrets},
      "imagesTo": []${more}
    }
  }
}
`;

describe('infra/settings.json', () => {
  it('gets names of secrets, and keeps everything else as it was written', () => {
    const after = withAdditions(settings('[]'), 'prod', { secrets: ['A', 'B'] });
    assert.equal(after, settings('["A", "B"]'));
    assert.equal(withAdditions(after, 'prod', { secrets: ['B', 'A'] }), after);
    assert.equal(withAdditions(after, 'prod', { secrets: ['C'] }), settings('["A", "B", "C"]'));
  });

  it('has a name a line where they were that way, and where one line would be too long', () => {
    const list = (...names: string[]) =>
      `[\n        ${names.map((name) => `"${name}"`).join(',\n        ')}\n      ]`;
    assert.equal(withAdditions(settings(list('A')), 'prod', { secrets: ['B'] }), settings(list('A', 'B')));
    const long = Array.from({ length: 5 }, (_, index) => `A_RATHER_LONG_NAME_OF_A_SECRET_${index}`);
    assert.equal(withAdditions(settings('[]'), 'prod', { secrets: long }), settings(list(...long)));
  });

  it('gets variables, the first time and later', () => {
    const block = (...lines: string[]) =>
      `,\n      "variables": {\n        ${lines.join(',\n        ')}\n      }`;
    const first = withAdditions(settings('[]'), 'prod', { variables: new Map([['TZ', 'UTC']]) });
    assert.equal(first, settings('[]', block('"TZ": "UTC"')));
    const second = withAdditions(first, 'prod', { variables: new Map([['LOG', 'a"b']]) });
    assert.equal(second, settings('[]', block('"TZ": "UTC"', '"LOG": "a\\"b"')));
    const third = withAdditions(second, 'prod', { variables: new Map([['TZ', 'Asia/Tokyo']]) });
    assert.equal(JSON.parse(third).environments.prod.variables.TZ, 'Asia/Tokyo');
    assert.equal(withAdditions(second, 'prod', { variables: new Map([['TZ', 'UTC']]) }), second);
  });

  it('has a name in one place only: where it comes to, and no longer where it was', () => {
    const block = (variables: string) => `,\n      "variables": ${variables}`;
    const before = settings('["A", "B"]', block('{ "TAX_RATE": "19", "TZ": "UTC" }'));
    const secret = withAdditions(before, 'prod', { secrets: ['TAX_RATE'] });
    assert.equal(secret, settings('["A", "B", "TAX_RATE"]', block('{ "TZ": "UTC" }')));
    const plain = withAdditions(secret, 'prod', { variables: new Map([['A', 'x']]) });
    assert.equal(plain, settings('["B", "TAX_RATE"]', block('{ "TZ": "UTC", "A": "x" }')));
    const last = withAdditions(before, 'prod', { secrets: ['TAX_RATE', 'TZ'] });
    assert.equal(last, settings('["A", "B", "TAX_RATE", "TZ"]', block('{}')));
    const only = withAdditions(settings('["A"]', block('{}')), 'prod', { variables: new Map([['A', 'x']]) });
    assert.equal(only, settings('[]', block('{ "A": "x" }')));
  });

  it('names what has moved, also where an older version left a name in both places', () => {
    const text = settings('["A", "BOTH"]', ',\n      "variables": { "B": "1", "BOTH": "2" }');
    const additions = { secrets: ['B', 'BOTH', 'NEW'], variables: new Map([['A', 'x']]) };
    assert.deepEqual(movedBy(text, 'prod', additions), { toSecrets: ['B', 'BOTH'], toVariables: ['A'] });
    assert.deepEqual(movedBy(text, 'prod', { secrets: ['A'] }), { toSecrets: [], toVariables: [] });
  });

  it('keeps tabs', () => {
    const text =
      '{\n\t"environments": {\n\t\t"dev": {\n\t\t\t"secrets": [\n\t\t\t\t"A"\n\t\t\t]\n\t\t}\n\t}\n}';
    assert.equal(withAdditions(text, 'dev', { secrets: ['B'] }), text.replace('"A"', '"A",\n\t\t\t\t"B"'));
  });
});
