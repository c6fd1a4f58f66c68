import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Problem } from '../lib/problem.ts';
import { parseSettings, readSettings } from '../lib/settings.ts';

const settings = (block: object = {}, more: object = {}) =>
  JSON.stringify({
    app: 'shop',
    environments: { dev: { account: '123456789012', region: 'eu-central-1', secrets: [], ...block } },
    ...more,
  });

/** What is said of a file with this text. */
function said(text: string): { what: string; why: string } {
  try {
    parseSettings(text);
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return { what: error.message, why: error.why };
  }
  throw new Error('it was taken');
}

describe('infra/settings.json, as the commands read it', () => {
  for (const [title, text, why] of [
    ['a comma too many', '{\n  "a": [\n    "A",\n  ]\n}', /^Line 4: a value is missing, or there is a comma/],
    [
      'a comma too many at the end of an object',
      '{\n  "a": 1,\n}',
      /^Line 3: a name in quotes is missing, or/,
    ],
    ['a comma too few', '{\n  "a": 1\n  "b": 2\n}', /^Line 3: a comma is missing/],
    ['a quote too few', '{\n  "a": "x\n}', /^Line 2: a quote is not closed/],
    ['a comment', '{\n  // mine\n  "a": 1\n}', /^Line 2: JSON has no comments/],
    ['an end too early', '{\n  "a": 1\n', /^Line 3: a closing } is missing/],
    ['the marks of a merge', '{\n<<<<<<< ours\n  "a": 1\n}', /^Line 2: it has a conflict of a merge/],
  ] as const)
    it(`is refused with ${title}, and the error says in which line`, () => {
      const { what, why: found } = said(text);
      assert.equal(what, 'infra/settings.json is not valid JSON.');
      assert.match(found, why);
    });

  for (const [title, text, why] of [
    ['without a list of secrets', settings({ secrets: undefined }), 'environments.dev.secrets is missing'],
    [
      'with one that is none',
      settings({ secrets: { A: 'x' } }),
      'environments.dev.secrets is no list of names',
    ],
    ['with a number for an account', settings({ account: 123 }), 'environments.dev.account is no text'],
    ['with a list of variables', settings({ variables: ['A'] }), 'environments.dev.variables is no object'],
    ['with a list of workers', settings({ workers: ['a'] }), 'environments.dev.workers is no object'],
    ['with half a container', settings({}, { container: {} }), 'container.variables is missing'],
    [
      'with a null for an environment',
      settings({}, { environments: { dev: null } }),
      'environments.dev is no object',
    ],
    ['without environments', settings({}, { environments: undefined }), 'environments is missing'],
    ['as a list', '[]', 'The file is no object'],
  ] as const)
    it(`is refused ${title}, and the error says where`, () => {
      assert.ok(said(text).why.startsWith(why), said(text).why);
    });

  it('is refused with all that is wrong in it', () => {
    const { why } = said(settings({ secrets: undefined, region: undefined }));
    assert.match(why, /dev\.region is missing[\s\S]*dev\.secrets is missing/);
  });

  it('is taken as it stands in this repo, and told of where it is missing', () => {
    assert.doesNotThrow(() => readSettings());
    assert.throws(() => readSettings('/nowhere/settings.json'), /infra\/settings\.json cannot be read/);
  });
});
