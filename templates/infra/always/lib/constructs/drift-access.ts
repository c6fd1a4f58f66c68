import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';
import { workflowsOf } from './github-access.ts';

export interface DriftAccessProps {
  readonly environment: Environment;
  /** `owner/repo` */
  readonly repository: string;
  readonly providerArn: string;
}

/**
 * Lets the nightly `drift.yml` look, and nothing else: it may become the look-up role of `cdk bootstrap`, which
 * reads and cannot decrypt secrets. It comes from the branch of the deployments without a GitHub environment, because prod's
 * would ask its reviewer every night.
 */
export class DriftAccess extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { environment, repository, providerArn }: DriftAccessProps) {
    super(scope, id);
    const { prefix, name, account, region } = environment;
    this.role = new iam.Role(this, 'Role', {
      roleName: `${prefix}-drift`,
      description: `Nightly look of ${repository} at ${name}`,
      assumedBy: workflowsOf(repository, `ref:refs/heads/${environment.branch}`, providerArn),
    });
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: [`arn:aws:iam::${account}:role/cdk-hnb659fds-lookup-role-${account}-${region}`],
      }),
    );
  }
}
