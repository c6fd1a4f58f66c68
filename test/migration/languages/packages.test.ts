import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dockerfile } from '../../../src/migration/dockerfile.ts';
import { readBuild } from '../../../src/migration/language.ts';
import type { Service } from '../../../src/migration/plan.ts';
import { repoWith, shortly } from '../tree.ts';

const service: Service = {
  name: 'web',
  kind: 'web',
  root: '',
  start: { text: 'gunicorn a:b', evidence: [{ file: 'Procfile', line: 1 }] },
  tasks: { min: 1, max: 1 },
  domains: [],
  variables: [],
  evidence: [{ file: 'Procfile', line: 1 }],
};

const read = (files: Record<string, string>) =>
  readBuild(repoWith({ 'requirements.txt': 'gunicorn\n', ...files }), 'heroku', service);

describe('a requirement that comes from git', () => {
  for (const line of [
    '-e git+https://x.example/y@v1#egg=y',
    '--editable=git+ssh://git@x.example/y#egg=y',
    'git+https://x.example/y#egg=y',
  ])
    it(`has git in the build, and no source before it: ${line}`, () => {
      const { app } = read({ 'requirements.txt': `gunicorn\n${line}\n` });
      assert.ok(app);
      assert.ok(app.packages.build.includes('git'));
      assert.equal(app.installNeedsSource, undefined);
      assert.match(dockerfile(app, { database: false, command: [] }), /apt-get install .*\bgit\b/);
    });

  it('is none where the app installs itself', () => {
    const { app } = read({ 'requirements.txt': 'gunicorn\n-e .\n' });
    assert.ok(app?.installNeedsSource);
    assert.ok(!app.packages.build.includes('git'));
  });
});

describe('an Aptfile', () => {
  it('gives its packages to the image, and is told of where a line is more than the name of one', () => {
    const text =
      '# fonts\nffmpeg\n\nhttps://x.example/a.deb\n:repo:deb http://x.example y main\nlibfoo:i386\nlibbar=1.2\n';
    const { app, findings } = read({ Aptfile: text });
    assert.deepEqual(app?.packages.run, ['ffmpeg']);
    assert.deepEqual(findings.filter(({ id }) => id === 'aptfile-line').map(shortly), [
      'aptfile-line Aptfile:4',
      'aptfile-line Aptfile:5',
      'aptfile-line Aptfile:6',
      'aptfile-line Aptfile:7',
    ]);
  });
});
