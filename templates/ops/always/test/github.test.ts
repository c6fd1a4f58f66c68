import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { prepareGithub } from '../lib/github.ts';
import { type Environment, environmentOf, readSettings } from '../lib/settings.ts';
import { deployWorkflow } from '../lib/workflow.ts';

/**
 * A GitHub CLI that writes down what it is asked to change. It finds the files of `there`, which have _ for each slash,
 * and refuses what the file `refuses` has a pattern for, with its second line.
 */
const gh = `#!/bin/sh
cd "$(dirname "$0")"
case "$1 $2 $3" in
  'auth status '*) exit 0 ;;
  'api user '*) echo '{"id": 42, "login": "ada"}' ;;
  'api --method '*)
    asked="$3 $4 $(cat)"
    if [ -f refuses ] && echo "$asked" | grep -q "$(head -n 1 refuses)"; then
      tail -n 1 refuses >&2
      exit 1
    fi
    echo "$asked" >>asked ;;
  *)
    file="there/$(echo "$2" | tr / _)"
    if [ -f "$file" ]; then cat "$file"; else echo 'gh: Not Found (HTTP 404)' >&2; exit 1; fi ;;
esac
`;

describe('the GitHub environment', () => {
  const path = process.env.PATH;
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gh-'));
    writeFileSync(join(directory, 'gh'), gh);
    chmodSync(join(directory, 'gh'), 0o755);
    mkdirSync(join(directory, 'there'));
    writeFileSync(join(directory, 'asked'), '');
    process.env.PATH = `${directory}:${path}`;
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(directory, { recursive: true });
  });
  const there = (file: string, body: object) =>
    writeFileSync(join(directory, 'there', file.replaceAll('/', '_')), JSON.stringify(body));
  const refuse = (pattern: string, answer: string) =>
    writeFileSync(join(directory, 'refuses'), `${pattern}\n${answer}\n`);
  const prepare = async (name: string, more: Partial<Environment> = {}) => {
    await prepareGithub({ ...environmentOf(readSettings(), name), branch: 'main', ...more }, 'acme/shop');
    return readFileSync(join(directory, 'asked'), 'utf8').trim().split('\n');
  };
  /** What is said to a person meanwhile. */
  const said = async (work: () => Promise<unknown>): Promise<string> => {
    const { write } = process.stderr;
    let text = '';
    process.stderr.write = (chunk: string | Uint8Array) => {
      text += chunk;
      return true;
    };
    await work().finally(() => {
      process.stderr.write = write;
    });
    return text;
  };
  const own = (name: string) => `repos/acme/shop/environments/${name}`;

  it('lets only main deploy to dev', async () => {
    const [made, policy] = await prepare('dev');
    assert.match(made ?? '', /^PUT repos\/acme\/shop\/environments\/dev .*"custom_branch_policies":true/);
    assert.doesNotMatch(made ?? '', /reviewers/);
    assert.match(policy ?? '', /^POST .*\/dev\/deployment-branch-policies \{"name":"main"\}$/);
  });

  it('is for the branch that the workflows deploy', async () => {
    const [, policy] = await prepare('dev', { branch: 'master' });
    assert.match(policy ?? '', /\{"name":"master"\}$/);
  });

  it('asks whoever makes it before prod, where GitHub allows reviewers', async () => {
    assert.match((await prepare('prod'))[0] ?? '', /"reviewers":\[\{"type":"User","id":42\}\]/);
    refuse('reviewers', 'gh: Validation Failed (HTTP 422)');
    writeFileSync(join(directory, 'asked'), '');
    assert.doesNotMatch((await prepare('prod'))[0] ?? '', /reviewers/);
  });

  it('keeps the rules of one that is there', async () => {
    const named = { protected_branches: false, custom_branch_policies: true };
    there(own('prod'), { name: 'prod', deployment_branch_policy: named });
    there(`${own('prod')}/deployment-branch-policies`, { branch_policies: [{ name: 'main' }] });
    assert.deepEqual(await prepare('prod'), ['']);
    there(own('prod'), {
      name: 'prod',
      deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
    });
    rmSync(join(directory, 'there', `${own('prod')}/deployment-branch-policies`.replaceAll('/', '_')));
    assert.deepEqual(await prepare('prod'), ['']);
  });

  it('that GitHub has made by itself takes names of branches first, and keeps its reviewers', async () => {
    there(own('prod'), {
      name: 'prod',
      deployment_branch_policy: null,
      protection_rules: [
        {
          type: 'required_reviewers',
          prevent_self_review: true,
          reviewers: [{ type: 'Team', reviewer: { id: 7 } }],
        },
      ],
    });
    const [changed, policy] = await prepare('prod');
    assert.match(changed ?? '', /^PUT .*"prevent_self_review":true,"reviewers":\[\{"type":"Team","id":7\}\]/);
    assert.match(changed ?? '', /"custom_branch_policies":true/);
    assert.match(policy ?? '', /^POST .*\{"name":"main"\}$/);
  });

  it('is said how to make where there is no repository yet', async () => {
    refuse('PUT', 'gh: Not Found (HTTP 404)');
    const text = await said(() => prepare('dev'));
    assert.match(text, /gh: Not Found \(HTTP 404\)[\s\S]*gh repo create acme\/shop/);
    assert.match(text, /bootstrap --env dev[\s\S]*1\. New environment: dev[\s\S]*add main/);
  });

  it('is said how to make where the plan has none', async () => {
    refuse('PUT', 'gh: Upgrade to GitHub Pro (HTTP 403)');
    assert.match(await said(() => prepare('dev')), /Upgrade to GitHub Pro[\s\S]*need GitHub Pro or Team/);
  });
});

describe('the workflow that deploys', () => {
  it("is not the one that the app's owner had before", () => {
    const top = mkdtempSync(join(tmpdir(), 'workflow-'));
    const workflows = join(top, '.github/workflows');
    mkdirSync(workflows, { recursive: true });
    writeFileSync(join(workflows, 'deploy.yml'), '');
    assert.equal(deployWorkflow(top), 'deploy.yml');
    writeFileSync(join(workflows, 'aws-deploy.yml'), '');
    assert.equal(deployWorkflow(top), 'aws-deploy.yml');
    rmSync(top, { recursive: true });
  });
});
