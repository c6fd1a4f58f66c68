import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { assertSecrets } from './required-secrets.ts';
import { settle } from './rollout.ts';
import { requireDeployedTag } from './services.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { watchServices } from './watch.ts';

/** Replaces the running tasks by new ones of the same image. */
export async function restart(options: TargetOptions): Promise<void> {
  const what = ({ prefix }: { prefix: string }) => `replaces the tasks of ${prefix}, with the same image`;
  await operate(options, { what, changes: true }, restartServices);
}

/** New tasks read the secrets anew. The old ones serve until the new ones are well. */
export async function restartServices(target: Target): Promise<void> {
  const { services, prefix: cluster } = target.environment;
  const tag = await requireDeployedTag(target);
  await assertSecrets(target);
  const look = await watchServices(target);
  for (const service of services)
    await target
      .client(ECSClient)
      .send(new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }));
  await settle(target, tag, look);
}
