import { Validations } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { type Conditions, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Subscription, SubscriptionProtocol, Topic, TopicPolicy } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';

export interface AlarmSettings {
  /** Who is told. */
  readonly email: string;
  /** What the account may cost in a month, in US dollars. */
  readonly budgetUsd: number;
}

export interface NoticesProps {
  readonly environment: Environment;
  readonly settings: AlarmSettings;
}

/** The block `alarms` of an environment; undefined where nobody is to be told. */
export function readAlarms(environment: Environment): AlarmSettings | undefined {
  return environment.part('alarms', (part) => ({
    email: part.text('email', /^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'ada@example.com'),
    budgetUsd: part.integer('budgetUsd', 1, 1_000_000),
  }));
}

/**
 * The topic's address. The service stack names it like this and does not refer to it: a reference would bind
 * the two stacks, and neither could drop the alarms first.
 */
export function topicArn({ region, account, prefix }: Environment): string {
  return `arn:aws:sns:${region}:${account}:${prefix}-alarms`;
}

/**
 * Where all mails come from. It is here and not with the service: when its first deployment fails, its stack
 * goes away, and the address would have to be confirmed again.
 */
export class Notices extends Construct {
  constructor(scope: Construct, id: string, { environment, settings }: NoticesProps) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', { topicName: `${environment.prefix}-alarms` });
    new Subscription(this, 'Email', {
      topic,
      protocol: SubscriptionProtocol.EMAIL,
      endpoint: settings.email,
    });
    const policy = this.policy(topic, environment);
    Validations.of(topic).acknowledge({
      id: 'AwsSolutions-SNS2',
      reason: [
        'CloudWatch cannot publish by the key that AWS has for SNS, and a key of our own costs more than all alarms.',
        'What is sent names an alarm and a figure, and ends in a mail.',
      ].join(' '),
    });
    const budget = this.budget(topic, environment, settings);
    // AWS refuses a topic that it may not publish to.
    budget.node.addDependency(policy);
  }

  /** Who may publish, and by TLS only. */
  private policy(topic: Topic, { account }: Environment): TopicPolicy {
    const policy = new TopicPolicy(this, 'Policy', { topics: [topic], enforceSSL: true });
    const allow = (services: readonly string[], conditions: Conditions = {}) =>
      policy.document.addStatements(
        new PolicyStatement({
          principals: services.map((service) => new ServicePrincipal(`${service}.amazonaws.com`)),
          actions: ['sns:Publish'],
          resources: [topic.topicArn],
          conditions,
        }),
      );
    allow(['budgets', 'cloudwatch'], { StringEquals: { 'aws:SourceAccount': account } });
    // AWS does not promise that EventBridge meets a condition here.
    allow(['events']);
    return policy;
  }

  /**
   * For the whole account, as costs can be told apart by tags only after somebody has turned that on in the
   * console. The first two budgets of an account are free.
   */
  private budget(topic: Topic, { prefix }: Environment, { budgetUsd }: AlarmSettings): CfnBudget {
    // By the topic and not by mail: another address would make CloudFormation replace the budget, and there
    // cannot be two of one name.
    const subscribers = [{ subscriptionType: 'SNS', address: topic.topicArn }];
    const above = (notificationType: 'FORECASTED' | 'ACTUAL', threshold: number) => ({
      notification: {
        notificationType,
        comparisonOperator: 'GREATER_THAN',
        threshold,
        thresholdType: 'PERCENTAGE',
      },
      subscribers,
    });
    return new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: prefix,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: budgetUsd, unit: 'USD' },
      },
      notificationsWithSubscribers: [
        // What the month will come to if it goes on like this. AWS forecasts after five weeks of use.
        above('FORECASTED', 100),
        // Until then, and for a sudden jump.
        above('ACTUAL', 80),
        above('ACTUAL', 100),
      ],
    });
  }
}
