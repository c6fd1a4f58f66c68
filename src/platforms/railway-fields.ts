import { type Fields, reported } from './fields.ts';

// From Railway's configuration reference of August 2026 and its JSON schema.

export const rootFields: Fields = { $schema: 'silent', build: 'read', deploy: 'read', environments: 'read' };

export const buildFields: Fields = {
  builder: 'read',
  buildCommand: 'read',
  watchPatterns: 'read',
  dockerfilePath: 'read',
  nixpacksConfigPath: 'read',
  railpackConfigPath: 'read',
  nixpacksVersion: 'silent',
  railpackVersion: 'silent',
  buildEnvironment: 'silent',
  nixpacksPlan: reported(
    'railway-nixpacks-plan',
    'a plan for Nixpacks stands in the file.',
    'Put its packages and commands into the Dockerfile.',
  ),
};

export const deployFields: Fields = {
  startCommand: 'read',
  preDeployCommand: 'read',
  healthcheckPath: 'read',
  healthcheckTimeout: 'read',
  cronSchedule: 'read',
  numReplicas: 'read',
  region: 'read',
  multiRegionConfig: 'read',
  drainingSeconds: 'read',
  restartPolicyType: 'read',
  // ECS starts a stopped task again without end, and rolls a failing deployment back.
  restartPolicyMaxRetries: 'silent',
  // ECS always starts the new task before it stops the old one.
  overlapSeconds: 'silent',
  runtime: 'silent',
  useLegacyStacker: 'silent',
  ipv6EgressEnabled: 'silent',
  sleepApplication: reported(
    'railway-sleep',
    'it sleeps when nobody asks.',
    'Here it runs, and costs, all the time; scale it to 0 by schedule where that is worth it.',
    'warning',
  ),
  limitOverride: reported(
    'railway-limits',
    'limits of CPU and memory are set.',
    "Choose the task's size by them.",
    'warning',
  ),
  requiredMountPath: reported(
    'railway-mount',
    'it wants a volume, which the file does not describe.',
    'Decide: S3 for uploads (several tasks, needs code), or EFS (a mounted folder, slower, no code).',
  ),
  registryCredentials: reported(
    'railway-registry-credential',
    'a credential for a registry is used.',
    'Copy the image to ECR, so that none is needed.',
  ),
};

/** What people write and Railway ignores, with what they likely meant. */
export const invented: Readonly<Record<string, string>> = {
  cron: 'Schedules are set per service: deploy.cronSchedule. This job does not run there; add it with vibely cron.',
  crons:
    'Schedules are set per service: deploy.cronSchedule. These jobs do not run there; add them with vibely cron.',
  cronjobs:
    'Schedules are set per service: deploy.cronSchedule. These jobs do not run there; add them with vibely cron.',
  services:
    'A file describes one service. If these run there, they were made in the dashboard: name them by hand.',
  env: 'Variables are kept in the dashboard. Export them and give them with --variables.',
  environment: 'Variables are kept in the dashboard. Export them and give them with --variables.',
  variables: 'Variables are kept in the dashboard. Export them and give them with --variables.',
  volumes: 'Volumes are made in the dashboard. Look there whether the service has one, and what lies on it.',
};

export const nixpacksFields: Fields = {
  providers: 'read',
  variables: 'read',
  phases: 'read',
  start: 'read',
  buildImage: 'silent',
  staticAssets: reported(
    'nixpacks-static-assets',
    'files are added to the image.',
    'Write them into the repo and copy them in the Dockerfile.',
  ),
};

export const railpackFields: Fields = {
  $schema: 'silent',
  provider: 'read',
  packages: 'read',
  buildAptPackages: 'read',
  caches: 'silent',
  secrets: reported(
    'railpack-secrets',
    'the build reads secrets.',
    'Hand them to the build as secrets (RUN --mount=type=secret), never as arguments.',
  ),
  steps: 'read',
  deploy: 'read',
};
