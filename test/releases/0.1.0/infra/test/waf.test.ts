import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { readWaf, Waf, type WafSettings } from '../lib/constructs/waf.ts';
import { parseSettings } from '../lib/settings.ts';
import { FoundationStack } from '../lib/stacks/foundation-stack.ts';
import { ServiceStack } from '../lib/stacks/service-stack.ts';
import { forEachEnvironment, like, otherApp, template } from './synthesized.ts';

/** The access control list that these settings make, by the names of its rules. */
function rulesWith(changes: Partial<WafSettings>): Record<string, Rule> {
  const environment = like({});
  const app = otherApp();
  const foundation = new FoundationStack(app, { environment });
  const service = new ServiceStack(app, { environment, foundation, attachments: [] });
  const { loadBalancer } = service;
  const all: WafSettings = { mode: 'block', rateLimit: 2000, behindProxy: false, ...changes };
  new Waf(loadBalancer, 'Waf', { environment, settings: all, foundation, loadBalancer });
  return rulesOf(Template.fromStack(service));
}

function rulesOf(service: Template): Record<string, Rule> {
  const [acl] = Object.values(service.findResources('AWS::WAFv2::WebACL'));
  const rules: Rule[] = acl?.Properties.Rules ?? [];
  return Object.fromEntries(rules.map((rule) => [rule.Name, rule]));
}

/** The rules of a group that only count. */
function counted(rule: Rule | undefined): string[] {
  const overrides = rule?.Statement.ManagedRuleGroupStatement?.RuleActionOverrides ?? [];
  for (const { ActionToUse } of overrides) assert.deepEqual(ActionToUse, { Count: {} });
  return overrides.map(({ Name }) => Name);
}

forEachEnvironment('the firewall', (environment) => {
  const service = template(environment, 'service');
  const waf = readWaf(environment);

  it('stands where settings.json has it, before the load balancer', () => {
    service.resourceCountIs('AWS::WAFv2::WebACL', waf ? 1 : 0);
    if (!waf) return;
    const [balancer] = Object.keys(service.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
    service.hasResourceProperties('AWS::WAFv2::WebACL', {
      Name: environment.prefix,
      Scope: 'REGIONAL',
      DefaultAction: { Allow: {} },
    });
    service.hasResourceProperties('AWS::WAFv2::WebACLAssociation', { ResourceArn: { Ref: balancer } });
  });

  if (!waf) return;

  it('has each rule at a place of its own, measured and sampled', () => {
    const rules = Object.values(rulesOf(service));
    assert.deepEqual(
      rules.map(({ Priority }) => Priority),
      rules.map((_, index) => index),
    );
    for (const { Name, VisibilityConfig } of rules)
      assert.deepEqual(VisibilityConfig, {
        MetricName: Name,
        CloudWatchMetricsEnabled: true,
        SampledRequestsEnabled: true,
      });
  });

  it('limits what one client may ask for, as settings.json says', () => {
    const { Action, Statement } = rulesOf(service).RateLimit ?? assert.fail('there is no rate rule');
    assert.equal(Statement.RateBasedStatement?.Limit, waf.rateLimit);
    assert.equal(Statement.RateBasedStatement?.EvaluationWindowSec, 300);
    assert.deepEqual(Object.keys(Action ?? {}), [waf.mode === 'count' ? 'Count' : 'Block']);
  });

  it('logs what its rules have matched, without tokens and sessions', () => {
    service.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      LogDestinationConfigs: [
        `arn:aws:logs:${environment.region}:${environment.account}:log-group:aws-waf-logs-${environment.prefix}`,
      ],
      RedactedFields: [
        { SingleHeader: { Name: 'authorization' } },
        { SingleHeader: { Name: 'cookie' } },
        { QueryString: {} },
      ],
      LoggingFilter: Match.objectLike({ DefaultBehavior: 'DROP' }),
    });
    template(environment, 'foundation').hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: `aws-waf-logs-${environment.prefix}`,
      RetentionInDays: environment.logRetentionDays,
    });
  });
});

describe('the rules of the firewall', () => {
  it('stop nothing while they count', () => {
    for (const { Action, OverrideAction } of Object.values(rulesWith({ mode: 'count' })))
      assert.deepEqual(OverrideAction ?? Action, { Count: {} });
  });

  it('stop what they match in block mode, and too many requests with 429', () => {
    const { RateLimit, ...groups } = rulesWith({ mode: 'block' });
    assert.deepEqual(RateLimit?.Action, { Block: { CustomResponse: { ResponseCode: 429 } } });
    assert.deepEqual(Object.keys(groups), [
      'AmazonIpReputationList',
      'KnownBadInputsRuleSet',
      'CommonRuleSet',
      'SQLiRuleSet',
    ]);
    for (const { OverrideAction } of Object.values(groups)) assert.deepEqual(OverrideAction, { None: {} });
  });

  for (const mode of ['count', 'block'] as const)
    it(`let long bodies and every text in them pass (${mode})`, () => {
      const rules = rulesWith({ mode });
      assert.deepEqual(counted(rules.CommonRuleSet), [
        'SizeRestrictions_BODY',
        'CrossSiteScripting_BODY',
        'GenericLFI_BODY',
        'GenericRFI_BODY',
        'EC2MetaDataSSRF_BODY',
      ]);
      assert.deepEqual(counted(rules.SQLiRuleSet), ['SQLi_BODY', 'SQLiExtendedPatterns_BODY']);
      assert.deepEqual(counted(rules.KnownBadInputsRuleSet), [
        'JavaDeserializationRCE_BODY',
        'Log4JRCE_BODY',
        'ReactJSRCE_BODY',
      ]);
    });

  it('tell clients apart by their address', () => {
    const rules = rulesWith({ behindProxy: false });
    assert.equal(rules.RateLimit?.Statement.RateBasedStatement?.AggregateKeyType, 'IP');
    assert.equal(rules.RateLimitDirect, undefined);
  });

  it("tell clients apart by the header that Vercel sets, and never shut out Vercel's addresses", () => {
    const rules = rulesWith({ behindProxy: true });
    const { AggregateKeyType, ForwardedIPConfig } = rules.RateLimit?.Statement.RateBasedStatement ?? {};
    assert.equal(AggregateKeyType, 'FORWARDED_IP');
    assert.deepEqual(ForwardedIPConfig, { HeaderName: 'X-Forwarded-For', FallbackBehavior: 'MATCH' });
    assert.deepEqual(rules.AmazonIpReputationList?.OverrideAction, { Count: {} });
  });

  it('limit by their address those who come past Vercel, without its header', () => {
    const direct = rulesWith({ behindProxy: true }).RateLimitDirect?.Statement.RateBasedStatement;
    assert.equal(direct?.AggregateKeyType, 'IP');
    assert.deepEqual(direct?.ScopeDownStatement, {
      NotStatement: {
        Statement: {
          SizeConstraintStatement: {
            FieldToMatch: { SingleHeader: { Name: 'x-forwarded-for' } },
            ComparisonOperator: 'GT',
            Size: 0,
            TextTransformations: [{ Priority: 0, Type: 'NONE' }],
          },
        },
      },
    });
  });
});

describe('the block waf of settings.json', () => {
  it('is refused with all that is wrong in it', () => {
    const json = JSON.parse(readFileSync(join(__dirname, '..', 'settings.json'), 'utf8'));
    json.environments.dev.waf = { mode: 'stop', rateLimit: 9, behindProxy: 'no' };
    const [dev] = parseSettings(json).environments;
    assert.throws(
      () => dev && readWaf(dev),
      /dev\.waf\.mode is "stop"[\s\S]*rateLimit is 9[\s\S]*behindProxy is "no"/,
    );
  });
});

interface Rule {
  Name: string;
  Priority: number;
  Action?: object;
  OverrideAction?: object;
  VisibilityConfig: object;
  Statement: {
    ManagedRuleGroupStatement?: { RuleActionOverrides?: { Name: string; ActionToUse: object }[] };
    RateBasedStatement?: {
      Limit: number;
      EvaluationWindowSec: number;
      AggregateKeyType: string;
      ForwardedIPConfig?: object;
      ScopeDownStatement?: object;
    };
  };
}
