import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { e2e, scratch, venv } from './paths.ts';
import { capture, freePort, isListening, type Server, serve } from './process.ts';
import { accounts } from './render.ts';

export const region = 'eu-central-1';

/** Tasks that die one after the other: see emulator/deployments.py. */
export interface DeploymentTrouble {
  exitCode?: number;
  stoppedReason?: string;
  log?: string[];
  everySeconds?: number;
  rollbackSeconds?: number;
  rollback?: 'fails';
}

/** Tasks whose containers really run: see emulator/containers.py. */
export interface Machine {
  images: Record<string, string>;
  entryPoints?: Record<string, string[]>;
  files?: Record<string, string>;
  variables?: Record<string, string>;
  slowStart?: number;
}

export interface Emulator {
  /** For everything that talks to AWS: the default profile is dev's account, `prod-shop` is prod's, and so on. */
  environment: Record<string, string>;
  /** What the next one-shot task does; without it: exit code 0. One without an exit code goes on. */
  nextTask(outcome: { exitCode: number | null; log: string[] }): void;
  /** From now on the containers of one-shot tasks run. */
  runTasksOn(machine: Machine): void;
  /** How the next deployment of a service goes wrong; without it: every task is well at once. */
  nextDeployment(trouble: DeploymentTrouble): void;
  /** What failed inside, one JSON line each. */
  failures(): string;
  /** All of one environment that can be read back, or some parts of it: see emulator/describe.py. */
  // biome-ignore lint/suspicious/noExplicitAny: the answers of twenty APIs
  describe(environment: keyof typeof accounts, ...parts: string[]): Promise<any>;
  server: Server;
}

export async function startEmulator(): Promise<Emulator> {
  const directory = scratch('aws');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [log, task, service] = ['failures.jsonl', 'task.json', 'service.json'].map((file) =>
    join(directory, file),
  ) as [string, string, string];
  writeFileSync(log, '');
  const python = join(venv, 'python');
  const server = await serve(python, [join(e2e, 'emulator/server.py'), String(port), log, task, service], {
    env: { PYTHONDONTWRITEBYTECODE: '1' },
    ready: () => isListening(port),
  });
  const bare = {
    AWS_ENDPOINT_URL: url,
    AWS_CONFIG_FILE: join(directory, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    AWS_MAX_ATTEMPTS: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // Each run of the CDK CLI would check all templates again; the infrastructure's own tests do it.
    CDK_VALIDATION: 'false',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  await writeProfiles(directory, bare);
  const environment = { ...bare, PATH: `${venv}:${process.env.PATH}` };
  return {
    environment,
    nextTask: (outcome) => writeFileSync(task, JSON.stringify(outcome)),
    runTasksOn: (machine) => writeFileSync(task, JSON.stringify(machine)),
    nextDeployment: (trouble) => writeFileSync(service, JSON.stringify(trouble)),
    failures: () => readFileSync(log, 'utf8'),
    describe: async (name, ...parts) => {
      const env = { ...environment, ...(name !== 'dev' && { AWS_PROFILE: `${name}-shop` }) };
      return JSON.parse(
        await capture(python, [join(e2e, 'emulator/describe.py'), 'shop', name, region, ...parts], { env }),
      );
    },
    server,
  };
}

/** As a person's own: a profile for each account, with keys that belong to it. */
async function writeProfiles(directory: string, bare: Record<string, string>): Promise<void> {
  const config = [`[default]\nregion = ${region}\n`];
  const credentials = ['[default]\naws_access_key_id = testing\naws_secret_access_key = testing\n'];
  const write = () => {
    writeFileSync(join(directory, 'config'), config.join(''));
    writeFileSync(join(directory, 'credentials'), credentials.join(''));
  };
  write();
  const query = ['--query', 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]', '--output', 'text'];
  const others = Object.entries(accounts).filter(([name]) => name !== 'dev');
  const profiles = await Promise.all(
    others.map(async ([name, account]) => {
      const role = ['--role-arn', `arn:aws:iam::${account}:role/person`, '--role-session-name', 'person'];
      const made = await capture(join(venv, 'aws'), ['sts', 'assume-role', ...role, ...query], { env: bare });
      const [id, secret, token] = made.split('\t');
      const keys = `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\naws_session_token = ${token}\n`;
      return { name, keys };
    }),
  );
  for (const { name, keys } of profiles) {
    config.push(`[profile ${name}-shop]\nregion = ${region}\n`);
    credentials.push(`[${name}-shop]\n${keys}`);
  }
  write();
}
