import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';

/**
 * The log groups. They are here and not with the service: when its first deployment fails, its stack goes
 * away, and the lines that say why have to stay.
 */
export class Logs extends Construct {
  readonly backend: LogGroup;
  readonly build: LogGroup;
  readonly release: LogGroup;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: { readonly environment: Environment },
  ) {
    super(scope, id);
    this.backend = this.group('Backend');
    this.build = this.group('Build');
    this.release = this.group('Release');
  }

  private group(id: string): LogGroup {
    const { app, name, logRetentionDays, protected: kept } = this.props.environment;
    return new LogGroup(this, id, {
      logGroupName: `/${app}/${name}/${id.toLowerCase()}`,
      retention: logRetentionDays,
      removalPolicy: kept ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
  }
}
