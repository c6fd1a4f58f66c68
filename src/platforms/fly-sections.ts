import { type Fields, reported } from './fields.ts';

const asDisk = 'Disks are asked for one by one.';

/** Fields of fly.toml and what becomes of them. */
export const rootFields: Fields = {
  app: 'read',
  primary_region: 'read',
  kill_signal: 'read',
  kill_timeout: 'read',
  swap_size_mb: reported(
    'fly-swap',
    'it has swap.',
    'Fargate has none: take a size with that much more memory if it was in use.',
  ),
  console_command: 'silent',
  build: 'read',
  deploy: 'read',
  env: 'read',
  processes: 'read',
  http_service: 'read',
  services: 'read',
  checks: 'read',
  mounts: 'read',
  vm: 'read',
  statics: reported(
    'fly-statics',
    'files are served by the proxy and not by the app.',
    'Serve them from the app, or from S3 with CloudFront.',
  ),
  files: reported(
    'fly-files',
    'files are put into the machine when it starts.',
    'Put them into the image, or, where they are secret, into a variable.',
  ),
  restart: reported(
    'fly-restart',
    'it says when a machine starts again.',
    'ECS starts a task again whenever it ends.',
    'note',
  ),
  metrics: reported(
    'fly-metrics',
    'Fly reads metrics of Prometheus from it.',
    'CloudWatch takes its place; an agent beside the app (ADOT) would read them.',
  ),
  experimental: 'read',
  machine_config: reported(
    'fly-machine-config',
    'it configures the machine itself.',
    'See what it asks for, and set it in infra/.',
  ),
  host_dedication_id: 'silent',
};

export const buildFields: Fields = {
  dockerfile: 'read',
  image: 'read',
  'build-target': 'read',
  build_target: 'read',
  args: 'read',
  builder: reported('fly-builder', 'it is built with buildpacks.', 'A Dockerfile takes their place.'),
  buildpacks: reported('fly-builder', 'it is built with buildpacks.', 'A Dockerfile takes their place.'),
  builtin: reported(
    'fly-builtin',
    "it is built with one of Fly's own recipes.",
    'A Dockerfile takes their place.',
  ),
  settings: reported(
    'fly-builtin',
    "it is built with one of Fly's own recipes.",
    'A Dockerfile takes their place.',
  ),
  ignorefile: reported(
    'fly-ignorefile',
    'it has a file of its own for what stays out of the image.',
    'Docker reads .dockerignore, or NAME.dockerignore beside the Dockerfile: rename it.',
  ),
  compression: 'silent',
  compression_level: 'silent',
};

export const deployFields: Fields = {
  release_command: 'read',
  release_command_timeout: reported(
    'fly-release-timeout',
    'the release command has a time limit of its own.',
    'The release step here ends with the deployment; ops/ waits for it.',
    'note',
  ),
  release_command_vm: 'silent',
  strategy: reported(
    'fly-strategy',
    'it has a way of deploying of its own.',
    'Here new tasks take over one by one, and a failure goes back by itself.',
    'note',
  ),
  max_unavailable: 'silent',
  wait_timeout: 'silent',
  seed_command: reported(
    'fly-seed',
    'a command runs at the very first deployment.',
    'The data comes over with the dump, so it need not run again.',
  ),
};

export const httpFields: Fields = {
  internal_port: 'read',
  force_https: 'silent',
  auto_stop_machines: 'read',
  auto_start_machines: 'silent',
  min_machines_running: 'read',
  processes: 'read',
  concurrency: reported(
    'fly-concurrency',
    'the proxy limits what a machine gets at once.',
    'The load balancer has no such limit: scaling goes by CPU. Limit it in the server, with its workers and threads.',
    'note',
  ),
  checks: 'read',
  machine_checks: reported(
    'fly-machine-checks',
    'machines are tested before they take over.',
    'The health check stands in for it.',
  ),
  http_options: 'read',
  tls_options: reported(
    'fly-tls',
    'it has TLS options of its own.',
    'The load balancer takes TLS 1.2 and 1.3.',
    'note',
  ),
};

export const serviceFields: Fields = {
  ...httpFields,
  protocol: 'read',
  ports: 'read',
  tcp_checks: 'silent',
  http_checks: 'read',
  script_checks: reported(
    'fly-script-checks',
    'it is checked by a script.',
    'Fly has ended them; a health check over HTTP takes their place.',
  ),
};

export const mountFields: Fields = {
  source: 'read',
  destination: 'read',
  initial_size: 'read',
  processes: 'read',
  auto_extend_size_threshold: reported('fly-disk-grows', 'the disk grows by itself.', asDisk, 'note'),
  auto_extend_size_increment: 'silent',
  auto_extend_size_limit: 'silent',
  snapshot_retention: reported('fly-snapshots', 'snapshots of the disk are kept.', asDisk, 'note'),
  scheduled_snapshots: 'silent',
  encrypted: 'silent',
};

const gpu = reported(
  'fly-gpu',
  'it has a GPU.',
  'Fargate has none: run it on EC2, or call a model elsewhere.',
);

export const vmFields: Fields = {
  size: 'read',
  memory: 'read',
  memory_mb: 'read',
  cpus: 'read',
  cpu_kind: 'read',
  processes: 'read',
  gpu_kind: gpu,
  gpus: gpu,
  host_dedication_id: 'silent',
  kernel_args: 'silent',
};

export const experimentalFields: Fields = {
  cmd: 'read',
  entrypoint: 'read',
  exec: 'read',
  auto_rollback: 'silent',
  allowed_public_ports: 'silent',
  kill_timeout: 'read',
  private_network: 'silent',
  enable_consul: reported(
    'fly-consul',
    'it uses the Consul that Fly runs.',
    'There is none here; LiteFS needs it, and SQLite on a disk has no place on Fargate.',
  ),
  enable_etcd: reported('fly-consul', 'it uses the etcd that Fly runs.', 'There is none here.'),
};
