import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Answers } from '../../src/answers.ts';
import { render } from '../../src/render.ts';
import { schema } from '../../src/schema.ts';
import { answersContent, answersFile, storedAnswers } from '../../src/state.ts';
import { answersWith, scratch } from '../support.ts';

const folder = join(import.meta.dirname, 'schemas');

/** A saved case: answers as a version stored them, and as today's reads them. `NUMBER-what-is-special`. */
const cases = readdirSync(folder).map((name) => ({ name, number: Number.parseInt(name, 10) }));

const json = (name: string, file: string): unknown =>
  JSON.parse(readFileSync(join(folder, name, file), 'utf8'));

describe('stored answers of an earlier schema', () => {
  for (const { name } of cases)
    it(`are carried over: ${name}`, () => {
      const repo = scratch();
      copyFileSync(join(folder, name, 'stored.json'), join(repo, answersFile));
      const answers = storedAnswers(repo) as Answers;
      assert.deepEqual(answers, json(name, 'carried-over.json'));
      assert.ok(render(answers).size > 50, 'they do not render');
      const stored = JSON.parse(answersContent(repo, answers).toString())['generator-vibely'];
      assert.deepEqual(stored, { schema, ...answers }, 'they are not stored in the newest shape');
    });

  it('have a saved case for every schema', () => {
    const tried = new Set(cases.map(({ number }) => number));
    assert.deepEqual(
      [...tried].sort(),
      Array.from({ length: schema }, (_, index) => index + 1),
    );
  });
});

describe('stored features that somebody has broken by hand', () => {
  for (const features of [
    { worker: { a: null } },
    { worker: null },
    { worker: ['a'] },
    { waf: 3 },
    { cron: { a: 'b' } },
    ['waf'],
    'waf',
  ])
    it(`are refused, with their place: ${JSON.stringify(features)}`, () => {
      const repo = scratch();
      const stored = { 'generator-vibely': { schema, ...answersWith(), features } };
      writeFileSync(join(repo, answersFile), JSON.stringify(stored));
      assert.throws(
        () => storedAnswers(repo),
        /VIB029 '(features|worker|worker\.a|waf|cron\.a)' in \.yo-rc\.json/,
      );
    });

  it('are refused where nothing at all is stored under the name of the package', () => {
    const repo = scratch();
    writeFileSync(join(repo, answersFile), '{"generator-vibely": null}');
    assert.throws(() => storedAnswers(repo), /VIB029 'generator-vibely'/);
  });
});
