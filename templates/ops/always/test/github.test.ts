import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { prepareGithub } from '../lib/github.ts';
import { environmentOf, readSettings } from '../lib/settings.ts';

/** A GitHub CLI that writes down what it is asked to change, and finds what the file `there` lists. */
const gh = `#!/bin/sh
cd "$(dirname "$0")"
case "$1 $2 $3" in
  'auth status '*) exit 0 ;;
  'api user '*) echo '{"id": 42, "login": "ada"}' ;;
  'api --method '*)
    body=$(cat)
    case "$REFUSED $body" in yes*reviewers*) exit 1 ;; esac
    echo "$3 $4 $body" >>asked ;;
  *) grep -qx "$2" there && echo '{"branch_policies": [{"name": "main"}]}' ;;
esac
`;

describe('the GitHub environment', () => {
  const path = process.env.PATH;
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gh-'));
    writeFileSync(join(directory, 'gh'), gh);
    chmodSync(join(directory, 'gh'), 0o755);
    writeFileSync(join(directory, 'there'), '');
    writeFileSync(join(directory, 'asked'), '');
    process.env.PATH = `${directory}:${path}`;
  });
  afterEach(() => {
    process.env.PATH = path;
    delete process.env.REFUSED;
    rmSync(directory, { recursive: true });
  });
  const prepare = async (name: string) => {
    await prepareGithub(environmentOf(readSettings(), name), 'acme/shop');
    return readFileSync(join(directory, 'asked'), 'utf8').trim().split('\n');
  };

  it('lets only main deploy to dev', async () => {
    const [made, policy] = await prepare('dev');
    assert.match(made ?? '', /^PUT repos\/acme\/shop\/environments\/dev .*"custom_branch_policies":true/);
    assert.doesNotMatch(made ?? '', /reviewers/);
    assert.match(policy ?? '', /^POST .*\/dev\/deployment-branch-policies \{"name":"main"\}$/);
  });

  it('asks whoever makes it before prod, where GitHub allows reviewers', async () => {
    assert.match((await prepare('prod'))[0] ?? '', /"reviewers":\[\{"type":"User","id":42\}\]/);
    process.env.REFUSED = 'yes';
    writeFileSync(join(directory, 'asked'), '');
    assert.doesNotMatch((await prepare('prod'))[0] ?? '', /reviewers/);
  });

  it('keeps the rules of one that is there', async () => {
    const own = 'repos/acme/shop/environments/prod';
    writeFileSync(join(directory, 'there'), `${own}\n${own}/deployment-branch-policies\n`);
    assert.deepEqual(await prepare('prod'), ['']);
  });
});
