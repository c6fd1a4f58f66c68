import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DriftAccess } from '../constructs/drift-access.ts';
import { GithubAccess } from '../constructs/github-access.ts';
import { EnvironmentStack, type EnvironmentStackProps } from './environment-stack.ts';

export interface GithubStackProps extends EnvironmentStackProps {
  /** `owner/repo` */
  readonly repository: string;
  /** Whether this stack makes the account's GitHub provider or finds it there. */
  readonly provider: 'create' | 'import';
}

/** Deployed once by a person; from then on GitHub deploys everything else. */
export class GithubStack extends EnvironmentStack {
  constructor(scope: Construct, { environment, repository, provider }: GithubStackProps) {
    super(scope, 'github', 'what the GitHub workflows may do', environment);
    const { role, providerArn } = new GithubAccess(this, 'GithubAccess', {
      environment,
      repository,
      provider,
    });
    new DriftAccess(this, 'DriftAccess', { environment, repository, providerArn });
    new CfnOutput(this, 'RoleArn', { value: role.roleArn });
  }
}
