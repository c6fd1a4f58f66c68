import { it } from 'node:test';
import { assertLogicalIds } from './logical-ids.ts';
import { forEachEnvironment, template } from './synthesized.ts';

forEachEnvironment('what holds data in the foundation', (environment) => {
  const foundation = template(environment, 'foundation');

  it('keeps the logical id of the network, which everything else stands in', () => {
    assertLogicalIds(foundation, 'AWS::EC2::VPC', ['NetworkVpc7FB7348F']);
  });

  it('keeps the logical ids of the buckets', () => {
    assertLogicalIds(foundation, 'AWS::S3::Bucket', [
      'StorageAssets320D2163',
      'StorageBuilds05895B72',
      ...(environment.database ? ['StorageDumpsEA19B324'] : []),
      ...(environment.accessLogs ? ['StorageLogs2A2D4D26'] : []),
    ]);
  });

  it('keeps the logical id of the image registry', () => {
    assertLogicalIds(foundation, 'AWS::ECR::Repository', ['RegistryRepositoryC6C96DCD']);
  });
});
