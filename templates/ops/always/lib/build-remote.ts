import { randomUUID } from 'node:crypto';
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchGetBuildsCommand,
  type Build,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import { HeadObjectCommand, NotFound, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { type Archive, type CommittedFile, pack } from './archive.ts';
import { say, step } from './output.ts';
import { Problem } from './problem.ts';
import { sourceOf } from './source.ts';
import { stackOutput } from './stacks.ts';
import { cliFlags, type Target } from './target.ts';
import { waitFor } from './wait.ts';

/** Seconds; the project's own limit is 30 minutes of building, and a build may have to queue before. */
const timeoutSeconds = 2400;

/** Builds in AWS: uploads the files as a zip, starts a build, and shows its log until it ends. */
export async function buildInAws(
  target: Target,
  tag: string,
  files: readonly CommittedFile[],
): Promise<void> {
  const project = await stackOutput(target, 'foundation', 'BuildProject');
  const running = await runningBuild(target, project, tag);
  if (running) step(`the build ${running} of this commit is on its way already`);
  const id = running ?? (await startBuild(target, project, tag, files));
  await followBuild(target, id);
}

/** A build of this tag that somebody has started and no longer waits for. */
async function runningBuild(
  { client }: Target,
  projectName: string,
  tag: string,
): Promise<string | undefined> {
  const codebuild = client(CodeBuildClient);
  const { ids = [] } = await codebuild.send(
    new ListBuildsForProjectCommand({ projectName, sortOrder: 'DESCENDING' }),
  );
  if (ids.length === 0) return undefined;
  const { builds = [] } = await codebuild.send(new BatchGetBuildsCommand({ ids: ids.slice(0, 20) }));
  return builds.find((build) => build.buildStatus === 'IN_PROGRESS' && tagOf(build) === tag)?.id;
}

function tagOf({ environment }: Build): string | undefined {
  return environment?.environmentVariables?.find(({ name }) => name === 'IMAGE_TAG')?.value;
}

async function startBuild(
  target: Target,
  projectName: string,
  tag: string,
  files: readonly CommittedFile[],
): Promise<string> {
  const bucket = await stackOutput(target, 'foundation', 'BuildBucket');
  await upload(target, bucket, `${tag}.zip`, pack(files, sourceOf(target.environment)));
  const { build } = await target.client(CodeBuildClient).send(
    new StartBuildCommand({
      projectName,
      // CodeBuild starts one build for a token, so a call whose answer was lost can be made again.
      idempotencyToken: randomUUID(),
      sourceTypeOverride: 'S3',
      sourceLocationOverride: `${bucket}/${tag}.zip`,
      environmentVariablesOverride: [{ name: 'IMAGE_TAG', value: tag, type: 'PLAINTEXT' }],
    }),
  );
  const id = build?.id ?? '';
  step(`build ${id}`);
  return id;
}

/** What was uploaded before is not sent again: the same commit packs to the same bytes. */
async function upload({ client }: Target, Bucket: string, Key: string, archive: Archive): Promise<void> {
  const { bytes, sha256, files } = archive;
  const s3 = client(S3Client);
  if ((await uploadedSha256(s3, Bucket, Key)) === sha256) {
    step(`s3://${Bucket}/${Key} is there already`);
    return;
  }
  step(`uploading ${files} files, ${(bytes.length / 1e6).toFixed(1)} MB packed`);
  // An object appears when all of it has arrived: what breaks off leaves nothing.
  await new Upload({ client: s3, params: { Bucket, Key, Body: bytes, Metadata: { sha256 } } }).done();
}

async function uploadedSha256(s3: S3Client, Bucket: string, Key: string): Promise<string | undefined> {
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket, Key }))).Metadata?.sha256;
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

async function followBuild(target: Target, id: string): Promise<void> {
  const showLog = logOf(target);
  const look = async () => {
    const { builds } = await target.client(CodeBuildClient).send(new BatchGetBuildsCommand({ ids: [id] }));
    const build = builds?.[0];
    await showLog(build);
    return build?.buildStatus === 'IN_PROGRESS' ? undefined : build;
  };
  const late = () =>
    new Problem({
      what: `The build has not finished within ${timeoutSeconds / 60} minutes.`,
      why: `It goes on as ${id}.`,
      fix: `Run this again to go on waiting, or: aws codebuild stop-build --id ${id} ${cliFlags(target.environment)}`,
    });
  const build = await waitFor(look, timeoutSeconds, late);
  await showLog(build);
  if (build.buildStatus === 'SUCCEEDED') return;
  const phase = build.phases?.find(({ phaseStatus }) => phaseStatus === 'FAILED');
  const reason = phase?.contexts?.[0]?.message;
  throw new Problem({
    what: `The build ended as ${build.buildStatus}.`,
    why: reason ? `${phase?.phaseType}: ${reason}. Its log is above.` : 'Its log is above.',
    fix: `Repair ${sourceOf(target.environment).repair}, commit, and run this again.`,
  });
}

/** Prints what the build has logged since the last call. */
function logOf({ client }: Target): (build: Build | undefined) => Promise<void> {
  let nextToken: string | undefined;
  return async (build) => {
    const { groupName: logGroupName, streamName: logStreamName } = build?.logs ?? {};
    if (!logGroupName || !logStreamName) return;
    for (let before: string | undefined = ''; nextToken !== before; ) {
      before = nextToken;
      const page = await client(CloudWatchLogsClient).send(
        new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, nextToken }),
      );
      for (const { message = '' } of page.events ?? []) say(message.trimEnd());
      nextToken = page.nextForwardToken;
    }
  };
}
