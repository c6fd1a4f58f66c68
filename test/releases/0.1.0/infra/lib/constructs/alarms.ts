import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventField, Match, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct, type IDependable } from 'constructs';
import type { Environment } from '../settings.ts';
import { topicArn } from './notices.ts';

/** Something to be woken for. */
export interface Watch {
  /** `task-cpu`: of the alarm's name and of its place in the runbook. */
  readonly name: string;
  /** What it means, for the mail. */
  readonly meaning: string;
  readonly metric: cloudwatch.IMetric;
  /** When it is too much, or too little. */
  readonly limit: { readonly above: number } | { readonly below: number };
  /** For how many of the metric's periods in a row. */
  readonly periods: number;
  /** What no figures at all mean: all is well, all is lost, or nobody knows. */
  readonly silence: 'well' | 'lost' | 'unknown';
}

export interface AlarmsProps {
  readonly environment: Environment;
  readonly watches: readonly Watch[];
  /** What has to run before anything is watched: a first deployment would begin with an alarm. */
  readonly after: IDependable;
}

const SILENCE = {
  well: cloudwatch.TreatMissingData.NOT_BREACHING,
  lost: cloudwatch.TreatMissingData.BREACHING,
  // Neither a mail that it is over nor one that it begins.
  unknown: cloudwatch.TreatMissingData.MISSING,
};

/** What sends a mail when it begins and another when it is over, and the dashboard that shows it. */
export class Alarms extends Construct {
  private readonly topic: ITopic;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    const { environment, watches, after } = props;
    this.topic = Topic.fromTopicArn(this, 'Topic', topicArn(environment));
    const alarms = watches.map((watch) => this.alarm(watch));
    for (const alarm of alarms) alarm.node.addDependency(after);
    this.tellOfFailedDeployments();
    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: environment.prefix,
      defaultInterval: Duration.days(1),
      widgets: [
        [new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 3 })],
        alarms.map((alarm, index) => this.graph(alarm, watches[index]?.name)),
      ],
    });
  }

  private alarm({ name, meaning, metric, limit, periods, silence }: Watch): cloudwatch.Alarm {
    const { prefix, name: environment } = this.props.environment;
    const { GREATER_THAN_THRESHOLD, LESS_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;
    const alarm = new cloudwatch.Alarm(this, name, {
      alarmName: `${prefix}-${name}`,
      alarmDescription: `${meaning} What to do: docs/runbooks/alarms.md, ${name} (${environment})`,
      metric,
      comparisonOperator: 'above' in limit ? GREATER_THAN_THRESHOLD : LESS_THAN_THRESHOLD,
      threshold: 'above' in limit ? limit.above : limit.below,
      evaluationPeriods: periods,
      treatMissingData: SILENCE[silence],
    });
    const mail = new SnsAction(this.topic);
    alarm.addAlarmAction(mail);
    alarm.addOkAction(mail);
    return alarm;
  }

  /** An event and not a metric: ECS counts no deployments that it has taken back. */
  private tellOfFailedDeployments(): void {
    const { prefix, name, region, account } = this.props.environment;
    const rule = new Rule(this, 'DeploymentFailed', {
      ruleName: `${prefix}-deployment-failed`,
      description: 'ECS has given up a deployment and goes back to the last one',
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Deployment State Change'],
        resources: Match.prefix(`arn:aws:ecs:${region}:${account}:service/${prefix}/`),
        detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
      },
    });
    rule.addTarget(
      new SnsTopic(this.topic, {
        message: RuleTargetInput.fromText(
          `${prefix}: a deployment has failed, and ECS goes back to the last one. ` +
            `${EventField.fromPath('$.detail.reason')} ` +
            `What to do: docs/runbooks/alarms.md, deployment-failed (${name})`,
        ),
      }),
    );
  }

  private graph(alarm: cloudwatch.Alarm, title: string | undefined): cloudwatch.AlarmWidget {
    return new cloudwatch.AlarmWidget({ alarm, ...(title && { title }), width: 8, height: 6 });
  }
}
