import { RemovalPolicy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';

/** Where the backend's images are kept, one per commit. */
export class Registry extends Construct {
  readonly repository: ecr.Repository;

  constructor(scope: Construct, id: string, { environment }: { readonly environment: Environment }) {
    super(scope, id);
    this.repository = new ecr.Repository(this, 'Repository', {
      repositoryName: environment.prefix,
      // A tag is a commit. Were it to move, a rollback to it would bring something else.
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      // By number, not by age: an app that rests for a year must still be able to restart and to roll back.
      lifecycleRules: [{ description: 'Keep enough images to roll back', maxImageCount: 30 }],
      ...(environment.protected
        ? { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE }
        : { removalPolicy: RemovalPolicy.DESTROY, emptyOnDelete: true }),
    });
    const others = environment.imagesTo.filter((account) => account !== environment.account);
    if (others.length > 0) this.allowPull(others);
  }

  /** Production runs the very image that was tried here, so its account copies it from here. */
  private allowPull(accounts: readonly string[]): void {
    this.repository.addToResourcePolicy(
      new PolicyStatement({
        sid: 'PromoteImages',
        principals: accounts.map((account) => new AccountPrincipal(account)),
        actions: [
          'ecr:BatchCheckLayerAvailability',
          'ecr:BatchGetImage',
          'ecr:DescribeImages',
          'ecr:GetDownloadUrlForLayer',
        ],
      }),
    );
  }
}
