import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { settings } from './synthesized.ts';

const folder = join(__dirname, '..', 'cdk.out');

/** Types that CloudFormation can tag, but not by a plain list: CDK leaves them alone. */
const UNTAGGED =
  /Policy$|::Route$|(RouteTable|WebACL)Association$|GatewayAttachment$|SecurityGroup(In|E)gress$|RecordSet$|Scheduler::Schedule$|SSM::Parameter$|SNS::Subscription$|LoggingConfiguration$/;

for (const { app, name, prefix, account, region, protected: kept } of settings.environments) {
  const files = readdirSync(folder).filter((file) => file.startsWith(`${prefix}-`));

  describe(`the stacks of ${name}`, () => {
    it('tag all that can be tagged', () => {
      for (const file of files.filter((file) => file.endsWith('.template.json'))) {
        const { Resources } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
        for (const [id, resource] of Object.entries<Resource>(Resources)) {
          if (UNTAGGED.test(resource.Type)) continue;
          const { Tags, HostedZoneTags, ResourceTags } = resource.Properties ?? {};
          const tags = JSON.stringify(Tags ?? HostedZoneTags ?? ResourceTags);
          for (const [Key, Value] of [
            ['app', app],
            ['environment', name],
            ['managed-by', 'cdk'],
          ])
            assert.ok(tags?.includes(JSON.stringify({ Key, Value })), `${file}: ${id} lacks the tag ${Key}`);
        }
      }
    });

    it('say their account and region themselves, and are protected as settings.json says', () => {
      const { artifacts, missing } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
      assert.equal(missing, undefined, 'synth asks AWS for something');
      const stacks = Object.entries<Artifact>(artifacts).filter(
        ([id, { type }]) => type === 'aws:cloudformation:stack' && id.startsWith(`${prefix}-`),
      );
      assert.ok(stacks.length > 0);
      for (const [id, { environment, properties }] of stacks) {
        assert.equal(environment, `aws://${account}/${region}`, id);
        assert.equal(properties.terminationProtection ?? false, kept, id);
      }
    });
  });
}

interface Resource {
  Type: string;
  Properties?: { Tags?: unknown; HostedZoneTags?: unknown; ResourceTags?: unknown };
}

interface Artifact {
  type: string;
  environment: string;
  properties: { terminationProtection?: boolean };
}
