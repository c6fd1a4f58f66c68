import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';
import { parameterName } from './secrets.ts';

export interface GithubAccessProps {
  readonly environment: Environment;
  /** `owner/repo` */
  readonly repository: string;
  readonly provider: 'create' | 'import';
}

interface Permission {
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: iam.Conditions;
  /** Why a resource has to have a wildcard. */
  readonly wildcard?: string;
}

const ISSUER = 'token.actions.githubusercontent.com';

/** Lets the repository's workflows in by OIDC, so that no key of AWS lies at GitHub. */
export class GithubAccess extends Construct {
  readonly role: iam.Role;
  readonly providerArn: string;

  constructor(scope: Construct, id: string, { environment, repository, provider }: GithubAccessProps) {
    super(scope, id);
    this.providerArn = this.provider(environment, provider);
    this.role = new iam.Role(this, 'Role', {
      roleName: `${environment.prefix}-github`,
      description: `Workflows of ${repository} in the GitHub environment ${environment.name}`,
      assumedBy: workflowsOf(repository, `environment:${environment.name}`, this.providerArn),
    });
    this.allowCdk(environment);
    this.allowImages(environment);
    if (environment.database || environment.releaseCommand.length > 0) this.allowRelease(environment);
    this.allowCheckingSecrets(environment);
    this.allowWatching(environment);
    this.allowWaking(environment);
  }

  private provider({ account }: Environment, provider: 'create' | 'import'): string {
    if (provider === 'import') return `arn:aws:iam::${account}:oidc-provider/${ISSUER}`;
    return new iam.OidcProviderNative(this, 'Provider', {
      url: `https://${ISSUER}`,
      clientIds: ['sts.amazonaws.com'],
      // There is one per account, and other repositories may have come to rely on it.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    }).oidcProviderArn;
  }

  /** The CDK CLI deploys with the roles that `cdk bootstrap` has made, not with this one. */
  private allowCdk({ account, region }: Environment): void {
    this.allow({
      actions: ['sts:AssumeRole'],
      resources: ['deploy', 'file-publishing', 'image-publishing', 'lookup'].map(
        (role) => `arn:aws:iam::${account}:role/cdk-hnb659fds-${role}-role-${account}-${region}`,
      ),
    });
  }

  private allowImages({ app, prefix, account, region, imagesFrom }: Environment): void {
    const own = `arn:aws:ecr:${region}:${account}:repository/${prefix}`;
    // The promoted image is copied from dev, in its account.
    const sources = imagesFrom ? [`arn:aws:ecr:${region}:${imagesFrom}:repository/${app}-dev`] : [];
    this.allow({
      actions: ['ecr:GetAuthorizationToken'],
      resources: ['*'],
      wildcard: 'Logging in to the registry knows no resource.',
    });
    this.allow({
      actions: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
      ],
      resources: [own, ...sources],
    });
    this.allow({
      actions: ['ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'],
      resources: [own],
    });
  }

  private allowRelease({ prefix, account, region }: Environment): void {
    const cluster = `arn:aws:ecs:${region}:${account}:cluster/${prefix}`;
    this.allow({
      actions: ['ecs:RunTask'],
      resources: [`arn:aws:ecs:${region}:${account}:task-definition/${prefix}-release:*`],
      conditions: { ArnEquals: { 'ecs:cluster': cluster } },
      wildcard: 'Each deployment makes a new revision of this one task definition.',
    });
    this.allow({
      actions: ['iam:PassRole'],
      resources: ['execution', 'task'].map(
        (role) => `arn:aws:iam::${account}:role/${prefix}-release-${role}`,
      ),
      conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    });
  }

  /**
   * A deployment stops where a secret still is the placeholder. The role learns nothing new by that: it
   * deploys the tasks that are given these secrets.
   */
  private allowCheckingSecrets(environment: Environment): void {
    const { account, region } = environment;
    this.allow({
      actions: ['ssm:GetParameters'],
      resources: [`arn:aws:ssm:${region}:${account}:parameter${parameterName(environment, '*')}`],
      wildcard: 'A new secret is checked by the next deployment, which deploys no stack of GitHub.',
    });
  }

  /** To wait for a deployment and to say why it failed. */
  private allowWatching({ app, name, prefix, account, region }: Environment): void {
    const ecs = `arn:aws:ecs:${region}:${account}`;
    this.allow({
      actions: ['ecs:DescribeServices', 'ecs:DescribeTasks'],
      resources: [`${ecs}:service/${prefix}/*`, `${ecs}:task/${prefix}/*`],
      wildcard: 'Tasks have random ids; these are the services and tasks of one cluster.',
    });
    this.allow({
      actions: ['ecs:DescribeTaskDefinition'],
      resources: ['*'],
      wildcard: 'Reading a task definition knows no resource.',
    });
    this.allow({
      actions: ['ecs:ListTasks'],
      resources: ['*'],
      conditions: { ArnEquals: { 'ecs:cluster': `${ecs}:cluster/${prefix}` } },
      wildcard: 'Listing tasks is bound to the cluster by the condition.',
    });
    this.allow({
      actions: ['logs:DescribeLogStreams', 'logs:FilterLogEvents', 'logs:GetLogEvents'],
      resources: [`arn:aws:logs:${region}:${account}:log-group:/${app}/${name}/*`],
      wildcard: 'The log groups of this environment and their streams.',
    });
    this.allow({
      actions: [
        // Of a deployment that does not get anywhere.
        'cloudformation:CancelUpdateStack',
        'cloudformation:DescribeStackEvents',
        'cloudformation:DescribeStacks',
      ],
      resources: [`arn:aws:cloudformation:${region}:${account}:stack/${prefix}-*/*`],
      wildcard: 'The stacks of this environment, whose ids are random.',
    });
  }

  /** A deployment wakes up what `pause` has put to sleep. */
  private allowWaking({ prefix, account, region, database }: Environment): void {
    this.allow({
      actions: ['application-autoscaling:DescribeScalableTargets', 'scheduler:ListSchedules'],
      resources: ['*'],
      wildcard: 'Listing them knows no resource.',
    });
    this.allow({
      actions: ['application-autoscaling:RegisterScalableTarget'],
      resources: [`arn:aws:application-autoscaling:${region}:${account}:scalable-target/*`],
      conditions: { StringEquals: { 'application-autoscaling:service-namespace': 'ecs' } },
      wildcard: 'What scales a service has a random id.',
    });
    this.allow({
      actions: ['ecs:UpdateService'],
      resources: [`arn:aws:ecs:${region}:${account}:service/${prefix}/*`],
      wildcard: 'The service and the workers of one cluster.',
    });
    this.allow({
      actions: ['scheduler:GetSchedule', 'scheduler:UpdateSchedule'],
      resources: [`arn:aws:scheduler:${region}:${account}:schedule/default/${prefix}-*`],
      wildcard: 'The schedules of this environment, which each job names.',
    });
    // A schedule is only ever updated as a whole, with the role that it has.
    this.allow({
      actions: ['iam:PassRole'],
      resources: [`arn:aws:iam::${account}:role/${prefix}-service-*`],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      wildcard: 'CloudFormation names the roles of the schedules.',
    });
    if (database)
      this.allow({
        actions: ['rds:DescribeDBInstances', 'rds:StartDBInstance'],
        resources: [`arn:aws:rds:${region}:${account}:db:${prefix}`],
      });
  }

  private allow({ wildcard, ...statement }: Permission): void {
    this.role.addToPolicy(new iam.PolicyStatement(statement));
    if (!wildcard) return;
    for (const resource of statement.resources.filter((resource) => resource.includes('*')))
      Validations.of(this.role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${resource}]`,
        reason: wildcard,
      });
  }
}

/**
 * Who may come: jobs of this repository with this claim, `environment:NAME` or `ref:refs/heads/NAME`. GitHub
 * writes the ids of owner and repository into the subject of repositories made, renamed or moved since
 * 2026-07-15, and not into that of older ones.
 */
export function workflowsOf(
  repository: string,
  claim: string,
  providerArn: string,
): iam.WebIdentityPrincipal {
  const [owner, name] = repository.split('/');
  const subjects = [`repo:${repository}:${claim}`, `repo:${owner}@*/${name}@*:${claim}`];
  return new iam.WebIdentityPrincipal(providerArn, {
    StringEquals: { [`${ISSUER}:aud`]: 'sts.amazonaws.com' },
    StringLike: { [`${ISSUER}:sub`]: subjects },
  });
}
