import { checkDomain } from '../names.ts';
import { gap, warning } from './findings.ts';
import type { Domain, Finding, PlatformName, Service } from './plan.ts';

/** What becomes of the names that lead to the web service. */
export interface DomainsHere {
  /** The one that is set up; empty for none. */
  readonly chosen: string;
  /** All of them, those among them that the platform adds by itself. */
  readonly domains: readonly Domain[];
  readonly findings: readonly Finding[];
}

const plain = (name: string): string => name.trim().toLowerCase();

/** `shop.example` and `shop.co.uk`: a name that somebody has registered, as far as its form tells. */
const isRegistered = (name: string): boolean =>
  /^[^.]+\.[^.]+$/.test(name) || /^[^.]+\.(co|com|org|net|gov|ac|edu)\.[a-z]{2}$/.test(name);

/** Render sends `www.` of a registered name there as well, and the name itself where `www.` is given. */
function withTwins(platform: PlatformName, stated: readonly Domain[]): Domain[] {
  const known = new Set(stated.map(({ name }) => plain(name)));
  const twins = stated.flatMap(({ name, evidence }) => {
    const bare = plain(name).replace(/^www\./, '');
    const twin = bare === plain(name) ? `www.${bare}` : bare;
    return platform === 'render' && isRegistered(bare) && !known.has(twin) ? [{ name: twin, evidence }] : [];
  });
  return [...stated, ...twins];
}

/** A name that a certificate and a zone of its own are made for. */
const isOwn = (name: string): boolean => !/^(\*|www)\./.test(name) && checkDomain(name) === undefined;

function findingOf({ name, evidence }: Domain, service: string, chosen: string): Finding[] {
  const wrong = /^\*\./.test(plain(name)) ? undefined : checkDomain(plain(name));
  if (wrong)
    return [
      warning(
        'domain-invalid',
        `'${name}', a domain of ${service}, is no host name.`,
        'A domain is the host name alone, such as api.shop.example: mend it there, or give it here (--domain).',
        evidence,
      ),
    ];
  if (plain(name) === chosen) return [];
  return [
    gap(
      'domain-not-set-up',
      `${name} leads to ${service} there; it is not set up here.`,
      chosen === ''
        ? 'No name is set up yet: vibely https --domain NAME.'
        : `One name is set up, ${chosen}. Let this one redirect to it where its DNS is run; or add it to the certificate (subjectAlternativeNames in infra/lib/constructs/dns.ts), and lead it to the load balancer.`,
      evidence,
    ),
  ];
}

/**
 * Sorts the names of the web service.
 * @param asked the name that the owner has chosen; `undefined` where nobody has been asked yet.
 */
export function domainsOf(platform: PlatformName, web: Service | undefined, asked?: string): DomainsHere {
  if (!web) return { chosen: asked ?? '', domains: [], findings: [] };
  const domains = withTwins(platform, web.domains);
  const chosen = asked ?? web.domains.map(({ name }) => plain(name)).find(isOwn) ?? '';
  return { chosen, domains, findings: domains.flatMap((one) => findingOf(one, web.name, chosen)) };
}
