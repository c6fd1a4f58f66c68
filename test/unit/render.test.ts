import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { holds, render, toJson } from '../../src/render.ts';
import { answersWith, scratch } from '../support.ts';

function templates(files: Record<string, string>): string {
  const folder = scratch();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

describe('a condition folder', () => {
  const answers = answersWith({ sse: true, database: false, backend: 'node' });
  for (const [condition, expected] of [
    ['always', true],
    ['sse', true],
    ['no-sse', false],
    ['database', false],
    ['no-database', true],
    ['no-database+sse', true],
    ['database+sse', false],
    ['node', true],
    ['fastapi', false],
    ['no-domain', true],
    ['github', false],
  ] as const)
    it(`${condition} ${expected ? 'counts' : 'does not count'} with SSE, Node.js and nothing else`, () =>
      assert.equal(holds(condition, answers), expected));

  it('of an unknown name is an error, not left out', () =>
    assert.throws(() => holds('databse', answers), /databse/));
});

describe('rendering', () => {
  it('fills in EJS, takes its ending off, and leaves other files as they are', () => {
    const files = render(
      answersWith(),
      templates({ 'common/always/README.md.ejs': '# <%- name %>\n', 'infra/always/a.ts': '<%- name %>\n' }),
    );
    assert.equal(String(files.get('README.md')?.content), '# shop\n');
    assert.equal(String(files.get('infra/a.ts')?.content), '<%- name %>\n');
  });

  it('gives .gitignore its real name', () => {
    assert.ok(render(answersWith(), templates({ 'infra/always/_gitignore': 'x' })).has('infra/.gitignore'));
  });

  it('takes only the chosen backend', () => {
    const folder = templates({ 'backend-node/always/a': '', 'backend-fastapi/always/b': '' });
    assert.deepEqual(
      [...render(answersWith({ backend: 'node' }), folder).keys()],
      ['backend/a', 'infra/settings.json', 'ops/costs.json'],
    );
  });

  it('refuses two templates for one path', () => {
    assert.throws(
      () => render(answersWith(), templates({ 'common/always/a': '', 'common/sse/a': '' })),
      /a is written twice/,
    );
  });

  it('refuses a name that no answer has', () => {
    assert.throws(() => render(answersWith(), templates({ 'common/always/a.ejs': '<%- nme %>' })), /nme/);
  });

  it('gives the same bytes for the same answers', () => {
    assert.deepEqual(render(answersWith()), render(answersWith()));
  });
});

describe('JSON', () => {
  it('keeps short lists on one line', () => {
    assert.equal(
      toJson({ a: ['x', 'y'], b: [1], c: [], d: [{}] }),
      '{\n  "a": ["x", "y"],\n  "b": [1],\n  "c": [],\n  "d": [\n    {}\n  ]\n}\n',
    );
  });
});
