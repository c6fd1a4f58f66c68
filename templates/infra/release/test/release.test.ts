import assert from 'node:assert/strict';
import { it } from 'node:test';
import { forEachEnvironment, template } from './synthesized.ts';

forEachEnvironment('the release step', (environment) => {
  const release = template(environment, 'release');
  const [definition] = Object.values(release.findResources('AWS::ECS::TaskDefinition'));
  const [container] = definition?.Properties.ContainerDefinitions ?? [];

  it('runs the release command of settings.json with the image that is about to be deployed', () => {
    const { releaseCommand } = environment;
    assert.equal(definition?.Properties.Family, `${environment.prefix}-release`);
    assert.equal(container.Name, 'backend');
    assert.deepEqual(container.Command, releaseCommand.length > 0 ? releaseCommand : ['true']);
    assert.deepEqual(container.Image['Fn::Join'][1].at(-1), { Ref: 'ImageTag' });
    assert.equal(release.toJSON().Parameters.ImageTag.Default, undefined);
  });

  it('is configured like the service', () => {
    const [service] = Object.values(
      template(environment, 'service').findResources('AWS::ECS::TaskDefinition'),
    );
    const [backend] = service?.Properties.ContainerDefinitions ?? [];
    // The load balancer's own name is not known yet when the release step runs.
    const later = environment.domain ? [] : Object.keys(environment.container.address);
    assert.deepEqual(
      container.Environment,
      backend.Environment.filter(({ Name }: { Name: string }) => !later.includes(Name)),
    );
    assert.deepEqual(container.Secrets, backend.Secrets);
    assert.equal(container.ReadonlyRootFilesystem, backend.ReadonlyRootFilesystem);
  });

  it('has roles of its own, whose names the GitHub role may pass', () => {
    const names = Object.values(release.findResources('AWS::IAM::Role')).map(
      (role) => role.Properties.RoleName,
    );
    const { prefix } = environment;
    assert.deepEqual(names.sort(), [`${prefix}-release-execution`, `${prefix}-release-task`]);
  });

  it('may fetch and keep dumps, and have sessions, for the tasks of the database that have its roles', () => {
    if (!environment.database) return;
    const bucket = `${environment.prefix}-dumps-${environment.account}-${environment.region}`;
    const channels = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'];
    assert.deepEqual(statementsOf('ReleaseTaskTaskRole'), [
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::${bucket}/*` },
      { Effect: 'Allow', Action: channels.map((channel) => `ssmmessages:${channel}`), Resource: '*' },
    ]);
  });

  it('may read the password of the database that data comes from', () => {
    if (!environment.database) return;
    const { app, name, region, account } = environment;
    const parameter = `parameter/${app}/${name}/ops/SOURCE_DATABASE_PASSWORD`;
    assert.ok(
      statementsOf('ReleaseTaskExecutionRole').some(
        ({ Resource }: { Resource: unknown }) => Resource === `arn:aws:ssm:${region}:${account}:${parameter}`,
      ),
    );
  });

  const statementsOf = (role: string) => {
    const policies = Object.entries(release.findResources('AWS::IAM::Policy'));
    const [, policy] = policies.find(([id]) => id.startsWith(role)) ?? [];
    return policy?.Properties.PolicyDocument.Statement;
  };
});
