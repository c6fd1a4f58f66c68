import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { packageRoot } from '../../src/package.ts';
import { synth, type Templates, typecheck } from '../rendered/synth.ts';
import { must, mustAsync, scratch, vibely } from '../support.ts';

/** Repos that earlier versions have written, a folder for each version. */
const releases = join(packageRoot, 'test/releases');

/** Types of which a new one is an empty one. */
const stateful = [
  'AWS::RDS::DBInstance',
  'AWS::S3::Bucket',
  'AWS::ECR::Repository',
  'AWS::Route53::HostedZone',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
];

/** Stack, logical id and type of everything that holds data. */
function holders(templates: Templates): string[] {
  return [...templates].flatMap(([stack, { Resources }]) =>
    Object.entries(Resources)
      .filter(([, { Type }]) => stateful.includes(Type))
      .map(([id, { Type }]) => `${stack} ${id} ${Type}`),
  );
}

const commit = (folder: string): void => {
  must('git', ['add', '-A'], folder);
  must('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '-qm', 'Mine'], folder);
};

/** What the owner has done to the repo since: a remark in a construct, a paragraph, a figure. */
const edits: Readonly<Record<string, (text: string) => string>> = {
  'infra/lib/stacks/foundation-stack.ts': (text) => `// Ours: reviewed in spring.\n${text}`,
  'README.md': (text) => `${text}\n## Ours\n\nCall Ada before you touch prod.\n`,
  'infra/settings.json': (text) => text.replace('"maxTasks": 4', '"maxTasks": 6'),
};

for (const version of readdirSync(releases))
  describe(`a repo that version ${version} has written`, { concurrency: 1 }, () => {
    const home = scratch();
    const folder = join(home, 'shop');
    const infra = join(folder, 'infra');
    let old: Templates;

    before(async () => {
      cpSync(join(releases, version), folder, { recursive: true });
      symlinkSync(join(packageRoot, 'node_modules'), join(infra, 'node_modules'));
      must('git', ['init', '-qb', 'main'], folder);
      commit(folder);
      for (const [path, edit] of Object.entries(edits)) {
        const text = readFileSync(join(folder, path), 'utf8');
        assert.notEqual(edit(text), text);
        writeFileSync(join(folder, path), edit(text));
      }
      commit(folder);
      old = await synth(folder);
      renameSync(join(infra, 'cdk.out'), join(home, 'old'));
    });

    /** What `cdk diff` says would be replaced or deleted in a stack, but for task definitions. */
    async function replacements(stack: string): Promise<string[]> {
      const against = join(home, 'old', `${stack}.template.json`);
      const diff = ['diff', '--app', 'cdk.out', '--template', against, '--no-color', '--exclusively', stack];
      const path = `${join(packageRoot, 'node_modules/.bin')}:${process.env.PATH}`;
      const printed = await mustAsync('cdk', [...diff, '--no-notices'], infra, { PATH: path });
      assert.match(printed, new RegExp(`^Stack ${stack}$`, 'm'));
      const resources = printed.split(/^(?=\[[-+~]\] )/m);
      // A task definition is never changed: each deployment makes the next revision of it.
      const lasting = resources.filter((text) => !text.includes(' AWS::ECS::TaskDefinition '));
      return lasting.filter((text) => /replace|^\[-\]/.test(text)).map((text) => `${stack}: ${text}`);
    }

    it('is told that any other change is an upgrade, too, with what is new and how to have that apart', () => {
      const { out } = vibely(['waf', '--dry-run'], { cwd: folder });
      assert.match(out, new RegExp(`^Written by generator-vibely ${version}; .*newer templates`), out);
      assert.match(out, /vibely upgrade\n[\s\S]*^## [\s\S]*^Merged with your changes:/m, out);
    });

    it('is brought to the current one without a conflict', () => {
      const { code, out, err } = vibely(['upgrade', '--yes'], { cwd: folder });
      assert.equal(code, 0, out + err);
      assert.match(out, new RegExp(`^## (?!${version.replaceAll('.', '\\.')})`, 'm'), 'no changelog');
      commit(folder);
    });

    it("keeps its owner's edits", () => {
      for (const path of Object.keys(edits)) {
        const text = readFileSync(join(folder, path), 'utf8');
        assert.match(text, /Ours: reviewed in spring|Call Ada before|"maxTasks": 6/, path);
      }
    });

    it('is then up to date', () => {
      const { code, out } = vibely(['upgrade', '--yes'], { cwd: folder });
      assert.equal(code, 0);
      assert.match(out, /up to date/);
    });

    it('keeps everything that holds data under its logical id, and replaces nothing', async () => {
      await typecheck(folder);
      const now = await synth(folder);
      const kept = holders(now);
      assert.ok(holders(old).length > 20, 'too few for a comparison');
      for (const holder of holders(old)) assert.ok(kept.includes(holder), `gone: ${holder}`);
      // What is equal has no diff, and `cdk diff` takes a second for each stack.
      const changed = [...old.keys()].filter((stack) => !isDeepStrictEqual(old.get(stack), now.get(stack)));
      const replaced = await Promise.all(changed.map((stack) => replacements(stack)));
      assert.deepEqual(replaced.flat(), []);
    });
  });
