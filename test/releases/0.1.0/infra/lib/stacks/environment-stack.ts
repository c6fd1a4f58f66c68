import { Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../settings.ts';

export interface EnvironmentStackProps {
  readonly environment: Environment;
}

/** A stack of one environment: its name, its account, its tags and its protection. */
export abstract class EnvironmentStack extends Stack {
  private readonly zones: readonly string[];

  constructor(scope: Construct, name: string, description: string, environment: Environment) {
    super(scope, `${environment.prefix}-${name}`, {
      description: `${environment.prefix}: ${description}`,
      env: { account: environment.account, region: environment.region },
      terminationProtection: environment.protected,
    });
    this.zones = environment.availabilityZones;
    // On the resources, not on the stack: this way the templates and their tests show them.
    Tags.of(this).add('app', environment.app);
    Tags.of(this).add('environment', environment.name);
    Tags.of(this).add('managed-by', 'cdk');
  }

  /** CDK would ask the account for its zones; like this, synth needs neither credentials nor a network. */
  override get availabilityZones(): string[] {
    return [...this.zones];
  }
}
