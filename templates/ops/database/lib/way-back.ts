import {
  type DBInstance,
  type DBSnapshot,
  RDSClient,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-rds';
import { say } from './output.ts';
import { snapshotsOf, takeSnapshot } from './snapshots.ts';
import type { Target } from './target.ts';

/** On the snapshots that were taken before a restore which has not come to its end, as far as is known. */
const unfinished = { Key: 'restore', Value: 'not ended' };

/**
 * Takes a snapshot before a restore, and says which one leads back. After a restore that broke off it is that one's:
 * what is there now was half restored.
 */
export async function takeWayBack(target: Target, { DbiResourceId }: DBInstance): Promise<void> {
  const [earlier] = (await unfinishedOf(target)).filter((one) => one.DbiResourceId === DbiResourceId);
  const name = await takeSnapshot(target, 'before-restore', [unfinished]);
  const page = 'docs/runbooks/restore-a-dump.md says under "Undo"';
  if (!earlier) {
    say(`The way back: the snapshot ${name}, as ${page}.`);
    return;
  }
  const since = `${earlier.SnapshotCreateTime?.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  say(`The restore of ${since} has not come to its end, and this one goes over what it has left.`);
  say(`The way back to what was there before: the snapshot ${earlier.DBSnapshotIdentifier}, as ${page}.`);
  say(`What is there now, with all that was written since ${since}: the snapshot ${name}.`);
}

/** To be called when a restore has come to its end: what comes next starts from there. */
export async function markEnded(target: Target): Promise<void> {
  for (const { DBSnapshotArn } of await unfinishedOf(target))
    await target
      .client(RDSClient)
      .send(new RemoveTagsFromResourceCommand({ ResourceName: DBSnapshotArn, TagKeys: [unfinished.Key] }));
}

/** The oldest first. */
async function unfinishedOf(target: Target): Promise<DBSnapshot[]> {
  const time = ({ SnapshotCreateTime }: DBSnapshot) => SnapshotCreateTime?.getTime() ?? 0;
  return (await snapshotsOf(target))
    .filter(({ TagList = [] }) =>
      TagList.some(({ Key, Value }) => Key === unfinished.Key && Value === unfinished.Value),
    )
    .sort((a, b) => time(a) - time(b));
}
