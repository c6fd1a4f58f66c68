import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeMajor, pythonMinor } from '../../../src/migration/languages/versions.ts';

describe('the major of Node', () => {
  const cases: [string, string | undefined][] = [
    ['20.11.1', '20'],
    ['v18', '18'],
    ['18.x', '18'],
    ['>=18', '24'],
    ['>=18.0.0 <21', '20'],
    ['>=20 <23.0.0', '22'],
    ['^18.17.0 || >=20.5.0', '24'],
    ['^20 || ^22', '22'],
    ['16 - 20', '20'],
    ['<=20', '20'],
    ['lts/iron', '20'],
    ['lts/*', '24'],
    ['*', '24'],
    ['>=25', '26'],
    ['latest-ish', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of cases)
    it(`of '${text}' is ${expected}`, () => {
      assert.equal(nodeMajor(text), expected);
    });
});

describe('the minor of Python', () => {
  const cases: [string, string | undefined][] = [
    ['python-3.11.4', '3.11'],
    ['3.12.1', '3.12'],
    ['>=3.10,<3.13', '3.12'],
    ['>=3.11, <4', '3.13'],
    ['^3.9', '3.13'],
    ['~3.11', '3.11'],
    ['~=3.10', '3.13'],
    ['==3.10.*', '3.10'],
    ['>=3.8,!=3.9.7', '3.13'],
    ['3', '3.13'],
    ['3.14', '3.14'],
    ['2.7.18', undefined],
    ['pypy3.9-7.3', undefined],
  ];
  for (const [text, expected] of cases)
    it(`of '${text}' is ${expected}`, () => {
      assert.equal(pythonMinor(text), expected);
    });
});
