import type { VariableSource } from './plan.ts';

/** A variable that a platform sets by itself, and what stands for it on AWS. */
export interface PlatformVariable {
  /** What takes its place; absent where the code has to change. */
  readonly source?: VariableSource;
  /** What it says there. */
  readonly says: string;
  /** What to do where the code reads it. */
  readonly fix: string;
}

const url: PlatformVariable = {
  source: { kind: 'own-url', property: 'url' },
  says: "the app's public address",
  fix: "The task sets it to the app's new address; rename it when you like.",
};
const host: PlatformVariable = {
  source: { kind: 'own-url', property: 'host' },
  says: "the app's public host name",
  fix: "The task sets it to the app's new host name; rename it when you like.",
};
const internal: PlatformVariable = {
  says: 'the name of the service inside the network',
  fix: 'Services find each other by name here: read the address from a variable of your own.',
};
const commit: PlatformVariable = {
  says: 'the commit that runs',
  fix: 'Images are tagged with their commit: pass it to the build as an argument, or read it from a file of the image.',
};
const name: PlatformVariable = {
  says: 'the name of the app or the service',
  fix: 'Set a variable of your own, or a constant; a host name that is made of it needs the new domain.',
};
const where: PlatformVariable = {
  says: 'whether, and in which environment, it runs on that platform',
  fix: 'It is not set on AWS, so the code goes the way of a laptop: ask NODE_ENV or a variable of your own instead.',
};
const instance: PlatformVariable = {
  says: 'which instance it is',
  fix: 'ECS tells in ECS_CONTAINER_METADATA_URI_V4; for a label in a log the host name does.',
};
const other: PlatformVariable = {
  says: 'something that the platform sets',
  fix: 'Nothing sets it on AWS: take it out of the code, or set a variable of your own.',
};

const known: readonly (readonly [RegExp, PlatformVariable])[] = [
  [/^(RENDER_EXTERNAL_URL|RAILWAY_STATIC_URL)$/, url],
  [/^(RENDER_EXTERNAL_HOSTNAME|RAILWAY_PUBLIC_DOMAIN|HEROKU_APP_DEFAULT_DOMAIN_NAME)$/, host],
  [/^(RAILWAY_PRIVATE_DOMAIN|RENDER_DISCOVERY_SERVICE|FLY_PRIVATE_IP)$/, internal],
  [
    /^(RENDER_GIT_\w+|RAILWAY_GIT_\w+|HEROKU_SLUG_\w+|HEROKU_BUILD_\w+|HEROKU_RELEASE_\w+|SOURCE_VERSION|FLY_IMAGE_REF)$/,
    commit,
  ],
  [
    /^(RENDER_SERVICE_(NAME|ID|TYPE)|HEROKU_APP_(NAME|ID)|HEROKU_PARENT_APP_NAME|RAILWAY_(SERVICE|PROJECT)_(NAME|ID)|FLY_APP_NAME)$/,
    name,
  ],
  [
    /^(RENDER|IS_PULL_REQUEST|DYNO|HEROKU|HEROKU_APP|RAILWAY_ENVIRONMENT(_NAME|_ID)?|FLY_REGION|PRIMARY_REGION)$/,
    where,
  ],
  [/^(RENDER_INSTANCE_ID|RAILWAY_REPLICA_\w+|RAILWAY_DEPLOYMENT_ID|FLY_(ALLOC|MACHINE)_\w+)$/, instance],
];

/** Names that a platform keeps for itself, those that are not known among them. */
const reserved = /^((RENDER|RAILWAY|FLY)_|HEROKU_(?!POSTGRESQL_|REDIS_|API_KEY$|OAUTH_))[A-Z0-9_]+$/;

/**
 * What is known of a variable that Render, Heroku, Railway or Fly sets; `undefined` for any other name.
 * @param isStated a file sets it: then it is the platform's own only where that is known for certain.
 */
export function platformVariable(variable: string, isStated = false): PlatformVariable | undefined {
  const found = known.find(([pattern]) => pattern.test(variable))?.[1];
  return found ?? (!isStated && reserved.test(variable) ? other : undefined);
}
