import { Duration } from 'aws-cdk-lib';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { Reader } from '../reader.ts';
import { type Environment, readTaskSize } from '../settings.ts';
import type { FoundationStack } from '../stacks/foundation-stack.ts';
import { type Attachment, BackendTask } from './backend-task.ts';

export interface WorkerSettings {
  readonly name: string;
  /** Words of the command that the image runs instead of serving. */
  readonly command: readonly string[];
  readonly cpu: number;
  readonly memoryMiB: number;
  /** How many of it run side by side; 0 puts it to sleep. */
  readonly tasks: number;
}

export interface WorkersProps {
  readonly environment: Environment;
  readonly foundation: FoundationStack;
  readonly attachments: readonly Attachment[];
}

/** The block `workers` of an environment, by their names. */
export function readWorkers(environment: Environment): WorkerSettings[] {
  const read = (part: Reader) => part.names().map((name) => readWorker(name, part.object(name)));
  return environment.part('workers', read) ?? [];
}

function readWorker(name: string, block: Reader): WorkerSettings {
  const example = '["python", "-m", "app.worker"]';
  const worker = {
    name,
    command: block.texts('command', /^/, example),
    ...readTaskSize(block),
    tasks: block.integer('tasks', 0, 100),
  };
  if (worker.command.length === 0)
    block.problem('command', 'is empty, and the image would serve the API', `Use a list like ${example}`);
  block.refuseOthers();
  return worker;
}

/**
 * The workers, in the stack of the service: one deployment gives all of them the same image, and when one
 * does not get well with it, all of them go back.
 */
export class Workers extends Construct {
  constructor(scope: Construct, id: string, props: WorkersProps) {
    super(scope, id);
    for (const settings of readWorkers(props.environment))
      new Worker(this, settings.name, { ...props, settings });
  }
}

/** A process that runs all the time and that nobody sends requests to. */
class Worker extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { environment, foundation, attachments, settings }: WorkersProps & { readonly settings: WorkerSettings },
  ) {
    super(scope, id);
    const { name, command, cpu, memoryMiB, tasks } = settings;
    const family = `${environment.prefix}-${name}`;
    const task = new BackendTask(this, 'Task', {
      environment: { ...environment, cpu, memoryMiB },
      foundation,
      attachments,
      family,
      command,
      // The log group of the backend, which outlives a stack that fails.
      logGroup: foundation.logs.backend,
      streamPrefix: name,
      // There is nothing to ask, so being alive is being healthy, from half a minute on: a worker that dies at
      // its start would pass for deployed otherwise.
      healthCheck: { command: ['CMD', 'true'], interval: Duration.seconds(30) },
    });
    task.allowUploads(environment);
    new ecs.FargateService(this, 'Service', {
      serviceName: family,
      cluster: foundation.compute.cluster,
      taskDefinition: task.definition,
      desiredCount: tasks,
      // As for the service. The security group lets in the load balancer, which knows no worker.
      assignPublicIp: true,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      securityGroups: [foundation.network.taskSecurityGroup],
      // New and old overlap for a moment, and no time passes without one.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      propagateTags: ecs.PropagatedTagSource.SERVICE,
    });
  }
}
