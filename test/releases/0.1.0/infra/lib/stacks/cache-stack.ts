import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Cache, type CacheSettings } from '../constructs/cache.ts';
import { EnvironmentStack, type EnvironmentStackProps } from './environment-stack.ts';
import type { FoundationStack } from './foundation-stack.ts';

export interface CacheStackProps extends EnvironmentStackProps {
  readonly settings: CacheSettings;
  readonly foundation: FoundationStack;
}

/** The cache, in a stack of its own: a service that fails and goes away does not empty it. */
export class CacheStack extends EnvironmentStack {
  readonly cache: Cache;

  constructor(scope: Construct, { environment, settings, foundation }: CacheStackProps) {
    super(scope, 'cache', 'Valkey on ElastiCache', environment);
    this.cache = new Cache(this, 'Cache', { environment, settings, network: foundation.network });
    new CfnOutput(this, 'UrlParameter', { value: this.cache.parameter.parameterName });
  }
}
