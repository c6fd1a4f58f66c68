import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';
import type { FoundationStack } from '../stacks/foundation-stack.ts';
import type { LoadBalancer } from './load-balancer.ts';

export interface WafSettings {
  /** `count` only counts what the rules would stop, `block` stops it. */
  readonly mode: 'count' | 'block';
  /** Requests that one client may make in five minutes. */
  readonly rateLimit: number;
  /** Whether clients come by way of Vercel, so that the load balancer sees Vercel's addresses only. */
  readonly behindProxy: boolean;
}

export interface WafProps {
  readonly environment: Environment;
  readonly settings: WafSettings;
  readonly foundation: FoundationStack;
  readonly loadBalancer: LoadBalancer;
}

type Rule = Omit<wafv2.CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;

const CLIENT_HEADER = 'X-Forwarded-For';

/**
 * Rules that only count, in every mode, by their group: those that look into the body. A body here is what
 * somebody wrote. A chat message with a piece of HTML, SQL, a path or the address of a server in it is no
 * attack, and they take it for one. They see its first 8 KB, and SizeRestrictions_BODY refuses any longer one.
 * What keeps such text harmless is the code: SQL with bound parameters, and pages that escape what they show.
 *
 * AWS ignores a name that is not spelt exactly like one of its own, without a word.
 */
const COUNTED = {
  AWSManagedRulesKnownBadInputsRuleSet: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY', 'ReactJSRCE_BODY'],
  AWSManagedRulesCommonRuleSet: [
    'SizeRestrictions_BODY',
    'CrossSiteScripting_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'EC2MetaDataSSRF_BODY',
  ],
  AWSManagedRulesSQLiRuleSet: ['SQLi_BODY', 'SQLiExtendedPatterns_BODY'],
};

/** The block `waf` of an environment; undefined where there is no firewall. */
export function readWaf(environment: Environment): WafSettings | undefined {
  return environment.part('waf', (part) => ({
    mode: part.oneOf('mode', ['count', 'block']),
    rateLimit: part.integer('rateLimit', 10, 2_000_000_000),
    behindProxy: part.boolean('behindProxy'),
  }));
}

/** A web application firewall before the load balancer. */
export class Waf extends Construct {
  constructor(scope: Construct, id: string, { environment, settings, foundation, loadBalancer }: WafProps) {
    super(scope, id);
    const acl = new wafv2.CfnWebACL(this, 'Acl', {
      name: environment.prefix,
      description: `${environment.prefix}: what reaches the load balancer`,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      // All of it takes 1,160 capacity units at most; from 1,500 on AWS charges more for each request.
      rules: rules(settings).map((rule, priority) => ({
        ...rule,
        priority,
        visibilityConfig: visibility(rule.name),
      })),
      visibilityConfig: visibility('All'),
    });
    new wafv2.CfnWebACLAssociation(this, 'Association', {
      webAclArn: acl.attrArn,
      resourceArn: loadBalancer.alb.loadBalancerArn,
    });
    this.log(acl, environment, foundation);
  }

  /** Keeps what a rule has matched, not every request: that would cost by the GB and tell who reads what. */
  private log(acl: wafv2.CfnWebACL, environment: Environment, foundation: FoundationStack): void {
    const { account, region, prefix, logRetentionDays } = environment;
    // AWS demands this beginning.
    const logGroupName = `aws-waf-logs-${prefix}`;
    // With the other log groups. It goes when the firewall goes, or it would stand in its own way when that
    // comes back.
    new LogGroup(foundation.logs, 'Waf', {
      logGroupName,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new wafv2.CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      // By its name: a reference would bind the foundation to this stack, and neither could drop it first.
      logDestinationConfigs: [`arn:aws:logs:${region}:${account}:log-group:${logGroupName}`],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            // COUNT is a whole group that counts, EXCLUDED_AS_COUNT a single rule of a group.
            Conditions: ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'].map((Action) => ({
              ActionCondition: { Action },
            })),
          },
        ],
      },
      // Tokens, sessions, and what links in mails carry.
      redactedFields: [
        { singleHeader: { Name: 'authorization' } },
        { singleHeader: { Name: 'cookie' } },
        { queryString: {} },
      ],
    });
  }
}

function rules(settings: WafSettings): Rule[] {
  const { mode, behindProxy } = settings;
  return [
    // It only knows the address that a connection comes from. Were one of Vercel's to get on the list, all
    // who come by that address would be shut out.
    group('AWSManagedRulesAmazonIpReputationList', behindProxy ? 'count' : mode),
    ...rateRules(settings),
    group('AWSManagedRulesKnownBadInputsRuleSet', mode),
    group('AWSManagedRulesCommonRuleSet', mode),
    group('AWSManagedRulesSQLiRuleSet', mode),
  ];
}

/** A group of rules that AWS keeps up to date. */
function group(name: string, mode: WafSettings['mode']): Rule {
  const counted: readonly string[] = COUNTED[name as keyof typeof COUNTED] ?? [];
  return {
    name: name.replace(/^AWSManagedRules/, ''),
    overrideAction: mode === 'count' ? { count: {} } : { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ...(counted.length > 0 && {
          ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        }),
      },
    },
  };
}

/**
 * A limit for each client. Behind Vercel clients are told apart by the header that it sets; requests that come
 * without it have not come by Vercel, and are limited by their address.
 */
function rateRules({ mode, rateLimit, behindProxy }: WafSettings): Rule[] {
  // 429 and not 403: the client may come back later.
  const action = mode === 'count' ? { count: {} } : { block: { customResponse: { responseCode: 429 } } };
  const limit = (name: string, rest: Partial<wafv2.CfnWebACL.RateBasedStatementProperty>): Rule => ({
    name,
    action,
    statement: {
      rateBasedStatement: { limit: rateLimit, evaluationWindowSec: 300, aggregateKeyType: 'IP', ...rest },
    },
  });
  if (!behindProxy) return [limit('RateLimit', {})];
  const forwardedIpConfig = { headerName: CLIENT_HEADER, fallbackBehavior: 'MATCH' };
  return [
    limit('RateLimit', { aggregateKeyType: 'FORWARDED_IP', forwardedIpConfig }),
    limit('RateLimitDirect', { scopeDownStatement: { notStatement: { statement: hasClientHeader() } } }),
  ];
}

function hasClientHeader(): wafv2.CfnWebACL.StatementProperty {
  return {
    sizeConstraintStatement: {
      fieldToMatch: { singleHeader: { Name: CLIENT_HEADER.toLowerCase() } },
      comparisonOperator: 'GT',
      size: 0,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  };
}

function visibility(metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
