import { Secret } from 'aws-cdk-lib/aws-ecs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';

/** Where a secret is kept in the Parameter Store. */
export function parameterName({ app, name }: Environment, secret: string): string {
  return `/${app}/${name}/${secret}`;
}

/**
 * Secrets as ECS hands them to a container, by the name of their variable. They are SecureStrings of the
 * Parameter Store, which costs nothing, and are written by hand: CloudFormation cannot create any, and a
 * template is no place for them. ECS reads them when a task starts.
 */
export class Secrets extends Construct {
  readonly byName: Record<string, Secret>;

  constructor(scope: Construct, id: string, environment: Environment, names: readonly string[]) {
    super(scope, id);
    this.byName = Object.fromEntries(
      names.map((name) => {
        const parameter = StringParameter.fromSecureStringParameterAttributes(this, name, {
          parameterName: parameterName(environment, name),
        });
        return [name, Secret.fromSsmParameter(parameter)];
      }),
    );
  }
}
