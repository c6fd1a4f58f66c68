import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Environment } from '../settings.ts';
import type { Watch } from './alarms.ts';
import type { LoadBalancer } from './load-balancer.ts';

/** What is watched of the tasks and of the load balancer before them, once that has its listeners. */
export function serviceWatches(environment: Environment, { alb, targetGroup }: LoadBalancer): Watch[] {
  const fiveMinutes = { period: Duration.minutes(5), statistic: 'Sum' };
  const everyMinute = { period: Duration.minutes(1), statistic: 'Maximum' };
  return [
    {
      name: 'task-cpu',
      meaning: 'The tasks have been busy for a quarter of an hour.',
      metric: ofService(environment, 'CPUUtilization'),
      // Where tasks may be added that happens from 60 % on, within minutes: who is still above 80 % then has
      // all the tasks that settings.json allows.
      limit: { above: 80 },
      periods: 3,
      silence: 'unknown',
    },
    {
      name: 'task-memory',
      meaning: 'The tasks are about to run out of memory.',
      metric: ofService(environment, 'MemoryUtilization'),
      // At 100 % the kernel kills the process, requests, streams and all.
      limit: { above: 85 },
      periods: 3,
      silence: 'unknown',
    },
    {
      name: 'backend-5xx',
      meaning: 'The backend answers with errors.',
      metric: alb.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, fiveMinutes),
      // One may be bad luck. A share of all requests would say nothing at night, with three of them.
      limit: { above: 5 },
      periods: 1,
      // Only errors are counted: without one there is no figure.
      silence: 'well',
    },
    {
      name: 'load-balancer-5xx',
      meaning: 'The load balancer gets no answer from the backend.',
      metric: alb.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, fiveMinutes),
      limit: { above: 5 },
      periods: 1,
      silence: 'well',
    },
    {
      name: 'unhealthy-targets',
      meaning: 'A task does not answer /health.',
      metric: targetGroup.metrics.unhealthyHostCount(everyMinute),
      // ECS replaces such a task within two minutes. After five it does so over and over.
      limit: { above: 0 },
      periods: 5,
      silence: 'unknown',
    },
    // An environment that is put to sleep by settings.json has none, and is meant to.
    ...(environment.minTasks > 0 ? [noTask(targetGroup.metrics.healthyHostCount(everyMinute))] : []),
  ];
}

/** From the load balancer's side, as ECS counts running tasks for a price only. */
function noTask(metric: Metric): Watch {
  return {
    name: 'no-task',
    meaning: 'There is no healthy task: nobody is served.',
    metric,
    limit: { below: 1 },
    // A deployment never goes below one, so there is nothing to wait for but a figure that comes late.
    periods: 3,
    // Where no task is registered, the load balancer reports nothing at all.
    silence: 'lost',
  };
}

function ofService({ prefix }: Environment, metricName: string): Metric {
  return new Metric({
    namespace: 'AWS/ECS',
    metricName,
    dimensionsMap: { ClusterName: prefix, ServiceName: prefix },
    statistic: 'Average',
    period: Duration.minutes(5),
  });
}
