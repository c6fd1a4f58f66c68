import { type Fields, reported } from './fields.ts';

// From Render's Blueprint reference, its JSON schema of December 2025 and later keys that its validator takes.

const previews = reported(
  'render-previews',
  'preview environments for pull requests are not carried over.',
  'Deploy a branch to dev, or add an environment: vibely environment NAME.',
);

const addresses = reported(
  'render-ip-allow-list',
  'the list of addresses that may connect is not carried over.',
  'Databases and caches are reachable from inside the network only; for the web, add the list to the firewall (vibely waf).',
);

const credentials = reported(
  'render-registry-credential',
  "the registry's credential stands in Render's dashboard only.",
  'Copy the image to ECR (docker pull, tag, push), so that no credential is needed.',
);

/** The top of a Blueprint; a project's environment has the first three of them. */
export const rootFields: Fields = {
  services: 'read',
  databases: 'read',
  envVarGroups: 'read',
  projects: 'read',
  ungrouped: 'read',
  version: 'silent',
  previews,
  previewsEnabled: previews,
  previewsExpireAfterDays: previews,
};

export const projectFields: Fields = { name: 'silent', environments: 'read' };

export const environmentFields: Fields = {
  name: 'read',
  services: 'read',
  databases: 'read',
  envVarGroups: 'read',
  networking: reported(
    'render-networking',
    'the isolation of the environment from others is not a setting here.',
    'Nothing: every environment has a network of its own.',
    'note',
  ),
  permissions: reported(
    'render-permissions',
    'who may change the environment is not carried over.',
    'Protect the environment in GitHub, and keep the prod account to those who may deploy there.',
  ),
};

export const serviceFields: Fields = {
  ...Object.fromEntries(
    `type name runtime env plan region rootDir branch buildCommand startCommand preDeployCommand dockerfilePath
    dockerContext dockerCommand image schedule healthCheckPath maxShutdownDelaySeconds numInstances scaling disk
    domain domains autoDeploy autoDeployTrigger buildFilter envVars staticPublishPath maxmemoryPolicy headers
    routes repo`
      .split(/\s+/)
      .map((key) => [key, 'read' as const]),
  ),
  registryCredential: credentials,
  previews,
  previewPlan: previews,
  pullRequestPreviewsEnabled: previews,
  ipAllowList: addresses,
  initialDeployHook: reported(
    'render-initial-deploy-hook',
    'a command that ran once, at the very first deployment, is not carried over.',
    'Its work is in the data that moves; for a new, empty database run it by hand as a task.',
  ),
  persistenceMode: reported(
    'render-persistence',
    'how the cache writes itself to disk is not carried over.',
    'ElastiCache keeps a replica, and snapshots: treat what lies in it as lost when it restarts, or move it to the database.',
  ),
  maintenanceMode: reported(
    'render-maintenance-mode',
    'the page for the time of maintenance is not carried over.',
    'Answer 503 from the load balancer with a rule for that time.',
  ),
  renderSubdomainPolicy: reported(
    'render-subdomain',
    'whether the onrender.com name answers is not carried over.',
    'Nothing: there is no such name on AWS.',
    'note',
  ),
  disks: reported(
    'render-disks',
    "there is no 'disks' in a Blueprint: Render gave the service none.",
    'Find out whether it has a disk, attached in the dashboard, and what lies on it: Render takes one, under disk.',
  ),
};

export const imageFields: Fields = { url: 'read', creds: credentials };

export const diskFields: Fields = { name: 'silent', mountPath: 'read', sizeGB: 'read' };

export const scalingFields: Fields = {
  minInstances: 'read',
  maxInstances: 'read',
  targetCPUPercent: 'read',
  targetMemoryPercent: 'read',
};

export const buildFilterFields: Fields = { paths: 'read', ignoredPaths: 'read' };

export const variableFields: Fields = {
  key: 'read',
  value: 'read',
  generateValue: 'read',
  sync: 'read',
  fromDatabase: 'read',
  fromService: 'read',
  fromGroup: 'read',
  previewValue: previews,
};

export const groupFields: Fields = { name: 'read', envVars: 'read' };

export const databaseFields: Fields = {
  name: 'read',
  plan: 'read',
  diskSizeGB: 'read',
  postgresMajorVersion: 'read',
  databaseName: 'read',
  user: 'read',
  region: 'read',
  highAvailability: 'read',
  // RDS grows by itself, too.
  storageAutoscalingEnabled: 'silent',
  previewPlan: previews,
  previewDiskSizeGB: previews,
  ipAllowList: addresses,
  readReplicas: reported(
    'render-read-replicas',
    'read replicas are not carried over.',
    'Start without, and add one to infra/ when the load asks for it: each costs as much as the database.',
  ),
  connectionPool: reported(
    'render-connection-pool',
    'the pool of connections in front of the database is not carried over.',
    'Pool in the app, and add RDS Proxy to infra/ where the tasks open more connections than the class allows.',
  ),
};
