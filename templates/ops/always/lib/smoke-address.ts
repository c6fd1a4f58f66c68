import { lookup } from 'node:dns/promises';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { ask, reasonOf } from './ask.ts';
import { call } from './called.ts';
import { type Check, type Finding, failed, ok } from './checks.ts';
import { healthOf } from './health.ts';
import type { Environment } from './settings.ts';

/** Of a certificate, in days. AWS renews it weeks before its end: with fewer than these, that has failed. */
const fewDays = 14;

const runbook = 'docs/runbooks/domain-and-https.md';

async function addressesOf(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address).sort();
}

/**
 * @param balancer name of the load balancer that the name has to lead to; `undefined` where any address will do
 */
async function leadsTo(
  name: string,
  balancer: string | undefined,
  environment: Environment,
): Promise<Finding> {
  const found = await addressesOf(name).catch((error) => reasonOf(error));
  if (typeof found === 'string')
    return failed({
      what: `Nobody knows the name ${name}.`,
      why: found,
      fix: environment.domain ? `${call} dns --env ${environment.name} (${runbook})` : 'Check your network.',
    });
  if (balancer === undefined || balancer === name) return ok(`${name} is ${found.join(', ')}`);
  const own = await addressesOf(balancer);
  // The load balancer may just be getting another address: one in common is enough.
  if (own.some((address) => found.includes(address))) return ok(`${name} is ${found.join(', ')}`);
  return failed({
    what: `${name} is ${found.join(', ')}, which is not the load balancer.`,
    why: `${balancer} is ${own.join(', ')}.`,
    fix: `${call} dns --env ${environment.name} (${runbook})`,
  });
}

/** The certificate that is shown for a name. @throws Error where it is not valid for it, or nobody has signed it */
function certificateOf({ hostname, port }: URL): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect(
      // Said again, since a variable of the environment can turn it off for the whole process.
      { host: hostname, port: Number(port || 443), servername: hostname, rejectUnauthorized: true },
      () => {
        resolve(socket.getPeerCertificate());
        socket.destroy();
      },
    );
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer within 10 seconds')));
    socket.once('error', reject);
  });
}

async function certificateHolds(url: URL, { name }: Environment): Promise<Finding> {
  try {
    const { valid_to: until, issuer } = await certificateOf(url);
    const days = Math.floor((Date.parse(until) - Date.now()) / 86_400_000);
    if (days >= fewDays) return ok(`valid for ${days} days, by ${issuer?.O ?? issuer?.CN}`);
    return failed({
      what: `The certificate of ${url.hostname} ends in ${days} days.`,
      why: 'AWS renews it weeks before, if it finds its record in DNS.',
      fix: `${call} dns --env ${name} (${runbook})`,
    });
  } catch (error) {
    return failed({
      what: `The certificate of ${url.hostname} is not valid.`,
      why: reasonOf(error),
      fix: `${call} dns --env ${name} (${runbook})`,
    });
  }
}

async function redirects(url: URL, environment: Environment): Promise<Finding> {
  const { path } = healthOf(environment);
  const plain = new URL(path, url);
  plain.protocol = 'http:';
  const wanted = new URL(path, url).href;
  const { status, headers } = await ask(plain);
  // The load balancer names the port, although it is the usual one.
  const target = headers.location && new URL(headers.location, plain).href;
  if ((status === 301 || status === 308) && target === wanted) return ok(`${plain} leads to ${wanted}`);
  return failed({
    what: `${plain} does not lead to ${wanted}.`,
    why: `It answers ${status}${target ? `, with ${target}` : ''}.`,
    fix: `Deploy again, and look for the listener of port 80: ${call} drift --env ${environment.name}`,
  });
}

/** The way to the service: its name, its certificate and what plain HTTP does. */
export function addressChecks(url: URL, balancer: string | undefined, environment: Environment): Check[] {
  const checks = [{ name: 'dns', look: () => leadsTo(url.hostname, balancer, environment) }];
  if (url.protocol !== 'https:') return checks;
  checks.push({ name: 'certificate', look: () => certificateHolds(url, environment) });
  // Another port has nobody beside it who would speak plain HTTP.
  if (url.port === '') checks.push({ name: 'redirect', look: () => redirects(url, environment) });
  return checks;
}
