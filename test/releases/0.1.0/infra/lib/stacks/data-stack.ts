import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Database } from '../constructs/database.ts';
import type { DatabaseSettings } from '../settings.ts';
import { EnvironmentStack, type EnvironmentStackProps } from './environment-stack.ts';
import type { FoundationStack } from './foundation-stack.ts';

export interface DataStackProps extends EnvironmentStackProps {
  readonly settings: DatabaseSettings;
  readonly foundation: FoundationStack;
}

/** The data, in a stack of its own: no failed deployment of anything else can roll it back. */
export class DataStack extends EnvironmentStack {
  readonly database: Database;

  constructor(scope: Construct, { environment, settings, foundation }: DataStackProps) {
    super(scope, 'data', 'database', environment);
    this.database = new Database(this, 'Database', { environment, settings, network: foundation.network });
    new CfnOutput(this, 'DatabaseEndpoint', { value: this.database.instance.dbInstanceEndpointAddress });
  }
}
