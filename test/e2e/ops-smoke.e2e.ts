import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Emulator, startEmulator } from './support/aws.ts';
import { startAuthority } from './support/certificates.ts';
import { type Door, loopback, openDoors, startMeddler } from './support/doors.ts';
import { linkModules } from './support/infra.ts';
import { type Names, startNames } from './support/names.ts';
import { commandsOf, type Ops } from './support/ops.ts';
import { scratch, venv } from './support/paths.ts';
import { freePort, run, type Server, serve } from './support/process.ts';
import { render } from './support/render.ts';

const domain = 'dev.api.example.com';
const balancer = 'shop-dev-1234567890.eu-central-1.elb.amazonaws.com';
const origin = 'http://localhost:3000'; // frontendOrigin of dev

/** Something that is wrong with a service, and the one line that has to say so. */
interface Fault {
  title: string;
  /** First label of its name. */
  name: string;
  door?: Partial<Door>;
  options?: string;
  /** The checks that fail, and no others. */
  fails: string[];
  says: RegExp;
}

describe('smoke', { concurrency: 1 }, () => {
  let ops: Ops;
  let emulator: Emulator;
  let names: Names;
  const servers: Server[] = [];
  const faults: Fault[] = [];

  before(async () => {
    const [directory, authority, stranger] = await Promise.all([
      render({ backend: 'node', sse: true, database: false, domain: 'api.example.com' }),
      startAuthority(),
      startAuthority(),
    ]);
    await linkModules(directory, 'backend');
    const backend = async (heartbeat: number) => {
      const port = await freePort();
      const ready = () =>
        fetch(`http://127.0.0.1:${port}/health`).then(
          ({ ok }) => ok,
          () => false,
        );
      const env = {
        PORT: String(port),
        APP_VERSION: 'abc1234',
        FRONTEND_ORIGIN: origin,
        EVENTS_HEARTBEAT_SECONDS: String(heartbeat),
      };
      servers.push(
        await serve(process.execPath, ['src/server.ts'], { cwd: join(directory, 'backend'), env, ready }),
      );
      return port;
    };
    const [lively, silent] = await Promise.all([backend(1), backend(3600)]);
    faults.push(...(await faultsOf(lively, silent, authority.issue, stranger.issue)));

    const doors: Door[] = [];
    names = await startNames({
      [balancer]: { A: [loopback(1)] },
      '*.elsewhere.example': { A: [loopback(250)] },
    });
    const add = async (name: string, door: Partial<Door> = {}) => {
      const address = loopback(doors.length + 1);
      const certificate = door.certificate ?? (await authority.issue(name));
      doors.push({ address, task: lively, ...door, certificate });
      names.records[name] = { A: [address] };
    };
    await add(domain);
    for (const { name, door } of faults) if (door) await add(`${name}.example.com`, door);
    servers.push(await openDoors(doors));

    emulator = await startEmulator();
    servers.push(emulator.server);
    const env = {
      ...emulator.environment,
      ...names.environment,
      NODE_EXTRA_CA_CERTS: authority.file,
      POLL_SECONDS: '1',
    };
    ops = await commandsOf(directory, env);
    await deployOutputs(env);
  });
  after(() => Promise.all(servers.map((server) => server.stop())));

  it('finds nothing wrong with the service that was deployed, and holds its stream', async () => {
    const { stdout, stderr } = await ops('smoke --env dev --tag abc1234 --hold 6s --silence 3s');
    const lines = stdout.trim().split('\n');
    assert.equal(lines.length, 11, stdout);
    for (const line of lines) assert.match(line, /^ok /);
    assert.match(stdout, /health +version abc1234/);
    assert.match(stdout, /certificate +valid for 59 days, by e2e ca/);
    assert.match(stdout, /stream held +6 seconds, heartbeats: [3-6], events: [12]/);
    assert.match(stdout, /stream replay +after event \d+, all \d+ that followed came again/);
    assert.match(stderr, /account 123456789012, region eu-central-1/);
  });

  it('asks another address without AWS', async () => {
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' };
    const { stdout } = await ops(`smoke --env dev --url https://${domain} --hold 1s`, { env });
    assert.match(stdout, /^ok +health/m);
  });

  it('says when the name leads to somebody else', async () => {
    const own = { ...names.records };
    names.records[balancer] = { A: [loopback(251)] };
    const { stdout } = await ops('smoke --env dev --hold 1s', { codes: [1] });
    names.records[balancer] = own[balancer] as { A: string[] };
    assert.match(stdout, /^failed +dns +dev\.api\.example\.com is 127\..*which is not the load balancer/m);
    assert.equal(stdout.match(/^failed/gm)?.length, 1);
  });

  it('takes no time that it does not understand, and no environment that is not there', async () => {
    assert.match((await ops('smoke --env dev --hold soon', { codes: [1] })).stderr, /Say it as 90s/);
    assert.match(
      (await ops('smoke --env dev --url shop', { codes: [1] })).stderr,
      /https:\/\/api\.example\.com/,
    );
    assert.match((await ops('smoke --env moon', { codes: [1] })).stderr, /'moon' is no environment/);
  });

  it('finds every fault that it claims to look for, and takes nothing else for one', {
    concurrency: 4,
  }, async (t) => {
    const queue = [...faults];
    const work = async () => {
      for (let fault = queue.shift(); fault; fault = queue.shift()) {
        const { title, name, options = '', fails, says } = fault;
        await t.test(title, async () => {
          const url = name.includes('.') ? name : `${name}.example.com`;
          const flags = `--hold 1s --wait 0s ${options}`.trim();
          const { stdout, stderr } = await ops(`smoke --env dev --url https://${url} ${flags}`, {
            codes: [1],
          });
          const failed = [...stdout.matchAll(/^failed +(\w+(?: \w+)?) {2}/gm)].map(([, check]) => check);
          assert.deepEqual(failed, fails, stdout);
          assert.match(stdout, says);
          assert.match(stderr, new RegExp(`${fails.length} of \\d+ checks failed`));
          assert.equal(stdout.match(/^ +fix: /gm)?.length, fails.length);
        });
      }
    };
    await Promise.all([work(), work(), work()]);
    assert.equal(queue.length, 0);
  });

  /** The stack of the service, as far as the command reads it. */
  async function deployOutputs(env: Record<string, string>): Promise<void> {
    const template = {
      Resources: { Metadata: { Type: 'AWS::CDK::Metadata', Properties: {} } },
      Outputs: { Url: { Value: `https://${domain}` }, LoadBalancerDnsName: { Value: balancer } },
    };
    const file = join(scratch('stack'), 'template.json');
    writeFileSync(file, JSON.stringify(template));
    const args = [
      '--stack-name',
      'shop-dev-service',
      '--template-body',
      `file://${file}`,
      '--region',
      'eu-central-1',
    ];
    await run(join(venv, 'aws'), ['cloudformation', 'create-stack', ...args], { env });
  }
});

type Issue = (name: string, days?: number) => Promise<string>;

const all = ['certificate', 'redirect', 'health', 'ready', 'request id', 'cors', 'cors'];
const stream = ['stream headers', 'stream held', 'stream replay'];

async function faultsOf(lively: number, silent: number, issue: Issue, stranger: Issue): Promise<Fault[]> {
  const withoutRedirect = all.filter((check) => check !== 'redirect');
  return [
    {
      title: 'another version',
      name: 'other-version',
      door: {},
      options: '--tag def5678',
      fails: ['health'],
      says: /It serves version abc1234, not def5678/,
    },
    {
      title: 'a certificate that has ended',
      name: 'ended',
      door: { certificate: await issue('ended.example.com', -1) },
      fails: [...withoutRedirect, ...stream],
      says: /certificate +The certificate of ended\.example\.com is not valid\.\n.*expired/,
    },
    {
      title: 'a certificate that ends soon',
      name: 'soon',
      door: { certificate: await issue('soon.example.com', 5) },
      fails: ['certificate'],
      says: /ends in 4 days/,
    },
    {
      title: 'a certificate for another name',
      name: 'misnamed',
      door: { certificate: await issue('other.example.com') },
      fails: [...withoutRedirect, ...stream],
      says: /altnames/,
    },
    {
      title: 'a certificate that nobody vouches for',
      name: 'unknown',
      door: { certificate: await stranger('unknown.example.com') },
      fails: [...withoutRedirect, ...stream],
      says: /unable to (verify|get)|self-signed/,
    },
    {
      title: 'plain HTTP that does not lead to HTTPS',
      name: 'plain',
      door: { plain: true },
      fails: ['redirect'],
      says: /It answers 200\./,
    },
    {
      title: 'a service that is not ready',
      name: 'unready',
      door: {
        rules: [
          'http-request return status 503 content-type text/plain string "database" if { path /ready }',
        ],
      },
      fails: ['ready'],
      says: /\/ready answers 503\.\n.*database/,
    },
    {
      title: 'answers without an id',
      name: 'nameless',
      door: { rules: ['http-response del-header x-request-id'] },
      fails: ['request id'],
      says: /no X-Request-Id/,
    },
    {
      title: 'another origin that may call',
      name: 'other-origin',
      door: { rules: ['http-response set-header access-control-allow-origin https://other.example'] },
      fails: ['cors'],
      says: /A page of http:\/\/localhost:3000 cannot call/,
    },
    {
      title: 'any origin that may call',
      name: 'any-origin',
      door: { rules: ['http-response set-header access-control-allow-origin *'] },
      fails: ['cors'],
      says: /A page of any origin may call/,
    },
    {
      title: 'a stream that is cut when it is silent',
      name: 'cut',
      door: { task: silent, idleSeconds: 2 },
      options: '--hold 8s',
      fails: ['stream held'],
      says: /The stream (was cut|ended) after [2-6] of 8 seconds/,
    },
    {
      title: 'a stream without heartbeats',
      name: 'silent',
      door: { task: silent },
      options: '--hold 7s --silence 1s',
      fails: ['stream held'],
      says: /silent for \d seconds \(heartbeats: 0/,
    },
    {
      title: 'a stream that does not replay',
      name: 'forgetful',
      door: { rules: ['http-request del-header last-event-id'] },
      options: '--hold 11s',
      fails: ['stream replay'],
      says: /Last-Event-ID: \d+ does not bring back what was missed/,
    },
    {
      title: 'a stream that is compressed',
      name: 'compressed',
      door: { task: await startMeddler(lively, 'compresses') },
      options: '--hold 4s --silence 2s',
      fails: ['stream headers', 'stream held'],
      says: /It comes compressed \(gzip\)/,
    },
    {
      title: 'a stream that is collected',
      name: 'collected',
      door: { task: await startMeddler(lively, 'collects') },
      options: '--hold 4s --silence 2s',
      fails: ['stream held'],
      says: /silent for 4 seconds \(heartbeats: 0, events: 0\)/,
    },
    {
      title: 'a stream that proxies may collect',
      name: 'transformed',
      door: { rules: ['http-response set-header cache-control no-cache'] },
      fails: ['stream headers'],
      says: /Cache-Control says 'no-cache' and not no-transform/,
    },
    {
      title: 'no stream at its place',
      name: 'streamless',
      door: {},
      options: '--events /health',
      fails: stream,
      says: /\/health is no stream: 200, application\/json/,
    },
    {
      title: 'nobody at the address',
      name: 'nobody.elsewhere.example',
      fails: [...all, ...stream],
      says: /does not answer\.\n.*ECONNREFUSED/,
    },
    {
      title: 'a name that nobody knows',
      name: 'unheard.of.example',
      fails: ['dns', ...all, ...stream],
      says: /Nobody knows the name unheard\.of\.example/,
    },
  ];
}
