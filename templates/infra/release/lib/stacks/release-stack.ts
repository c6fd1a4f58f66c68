import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Attachment } from '../constructs/backend-task.ts';
import { Release } from '../constructs/release.ts';
import { EnvironmentStack, type EnvironmentStackProps } from './environment-stack.ts';
import type { FoundationStack } from './foundation-stack.ts';

export interface ReleaseStackProps extends EnvironmentStackProps {
  readonly foundation: FoundationStack;
  readonly attachments: readonly Attachment[];
}

/**
 * The step between a new image and the service that runs it, in a stack of its own: the schema is migrated
 * with the new image while the service still runs the old one.
 */
export class ReleaseStack extends EnvironmentStack {
  constructor(scope: Construct, props: ReleaseStackProps) {
    super(scope, 'release', 'one-shot task that migrates the schema', props.environment);
    const { task } = new Release(this, 'Release', props);
    new CfnOutput(this, 'TaskDefinition', { value: task.definition.family });
  }
}
