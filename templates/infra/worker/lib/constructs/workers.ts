import { Duration } from 'aws-cdk-lib';
import { CfnSecurityGroupIngress, SubnetType } from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { HttpNamespace } from 'aws-cdk-lib/aws-servicediscovery';
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
  /** The port on which the other services reach it, as `http://NAME:PORT`; undefined for one that nobody asks. */
  readonly port: number | undefined;
}

export interface WorkersProps {
  /** The service that asks the workers with a port. */
  readonly backend: ecs.FargateService;
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
    port: block.has('port') ? block.integer('port', 1, 65_535) : undefined,
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
    const workers = readWorkers(props.environment).map(
      (settings) => new Worker(this, settings.name, { ...props, settings }),
    );
    if (workers.some(({ port }) => port !== undefined)) this.connect(workers, props);
  }

  /** Gives the workers with a port a name in the network, and lets the tasks of all services ask them. */
  private connect(workers: readonly Worker[], { backend, environment, foundation }: WorkersProps): void {
    const namespace = new HttpNamespace(this, 'Names', {
      name: environment.prefix,
      description: `${environment.prefix}: names that services call each other by`,
    });
    const { taskSecurityGroup } = foundation.network;
    const config = { namespace: namespace.namespaceArn };
    const callers = [
      backend,
      ...workers.filter(({ port }) => port === undefined).map(({ service }) => service),
    ];
    for (const { service, name, port } of workers) {
      if (port === undefined) continue;
      const portMappingName = `${environment.prefix}-${name}`;
      service.enableServiceConnect({
        ...config,
        services: [{ portMappingName, discoveryName: name, dnsName: name, port }],
      });
      new CfnSecurityGroupIngress(this, `To${name}`, {
        description: `To the worker ${name}`,
        groupId: taskSecurityGroup.securityGroupId,
        sourceSecurityGroupId: taskSecurityGroup.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
      });
      // A service knows the names that were there when it was deployed.
      for (const caller of callers) caller.node.addDependency(service);
    }
    for (const caller of callers) caller.enableServiceConnect(config);
  }
}

/** A process that runs all the time and that nobody sends requests to. */
class Worker extends Construct {
  readonly service: ecs.FargateService;
  readonly name: string;
  readonly port: number | undefined;

  constructor(
    scope: Construct,
    id: string,
    { environment, foundation, attachments, settings }: WorkersProps & { readonly settings: WorkerSettings },
  ) {
    super(scope, id);
    const { name, command, cpu, memoryMiB, tasks, port } = settings;
    this.name = name;
    this.port = port;
    const family = `${environment.prefix}-${name}`;
    const task = new BackendTask(this, 'Task', {
      environment: { ...environment, cpu, memoryMiB },
      foundation,
      attachments,
      family,
      command,
      ...(port !== undefined && { port }),
      // The log group of the backend, which outlives a stack that fails.
      logGroup: foundation.logs.backend,
      streamPrefix: name,
      // There is nothing to ask, so being alive is being healthy, from half a minute on: a worker that dies at
      // its start would pass for deployed otherwise.
      healthCheck: { command: ['CMD', 'true'], interval: Duration.seconds(30) },
    });
    task.allowUploads(environment);
    this.service = new ecs.FargateService(this, 'Service', {
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
