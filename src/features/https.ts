import { type Answers, declarations } from '../answers.ts';
import { called } from '../called.ts';
import { text, trim } from '../declaration.ts';
import { assumedOrigin, type Environment, environmentsOf } from '../environments.ts';
import { longestHost, unknownAccount, type Verdict } from '../names.ts';
import type { Step } from '../next-steps.ts';
import { opsCall } from '../ops-call.ts';
import type { Feature } from './feature.ts';
import { httpsEnding } from './https-ending.ts';

const zone = (environment: string, flag: string) =>
  text({
    flag,
    value: 'ID',
    code: 'VIB055',
    question: `Which hosted zone of Route 53 in the ${environment} account? (empty: make one)`,
    decides: `${environment}: whether a zone that you have is used, or a new one made whose name servers you set at your registrar`,
    initial: () => '',
    tidy: (id) => id.trim().replace(/^\/hostedzone\//, ''),
    check: (id) =>
      id === '' || /^Z[A-Z0-9]{5,31}$/.test(id)
        ? undefined
        : {
            what: `'${id}' is no id of a hosted zone.`,
            why: 'It begins with Z and has capital letters and digits, such as Z0123456789ABCDEFGHIJ.',
            fix: 'Look it up: aws route53 list-hosted-zones --query "HostedZones[].[Id, Name]" --output text',
          },
  });

const origin = (environment: string, flag: string, otherwise: string) =>
  text({
    flag,
    value: 'ORIGIN',
    code: 'VIB057',
    question: `At which address does the browser see the front end of ${environment}? (empty: ${otherwise})`,
    decides: `${environment}: the one origin whose pages may call the API and upload files (CORS); empty: ${otherwise}`,
    initial: () => '',
    tidy: (given) => trim(given).replace(/\/$/, ''),
    check: (given) =>
      given === '' || /^https?:\/\/[^/\s*]+$/.test(given)
        ? undefined
        : {
            what: `'${given}' is no origin.`,
            why: 'An origin is https:// and a host name, without a path and without wildcards.',
            fix: 'Copy it from the address bar of the browser, such as https://shop.example.com.',
          },
  });

/** What `vibely https` asks; the domain is the one that the app has anyway. */
export const httpsAnswers = {
  zone: zone('prod', 'zone'),
  devZone: zone('dev', 'dev-zone'),
  frontend: origin('prod', 'frontend', 'the domain without api. in front, else with www.'),
  devFrontend: origin('dev', 'dev-frontend', 'http://localhost:3000'),
};

function sharedZone({ devAccount, prodAccount }: Answers, id: string): Verdict {
  if (devAccount === prodAccount && devAccount !== unknownAccount) return undefined;
  return {
    what: `Zone ${id} cannot be both dev's and prod's.`,
    why: 'A zone lies in one account, and dev and prod have an account each.',
    fix: 'Leave --dev-zone away: dev gets a zone of its own, which four NS records in the other one hand over to it.',
  };
}

/** Each environment's host begins with its name; a certificate takes no longer ones. */
function tooLongHost({ features }: Answers, domain: string): Verdict {
  const hosts = Object.keys(features.environment ?? {}).map((name) => `${name}.${domain}`);
  const host = hosts.find(({ length }) => length > longestHost);
  return host === undefined
    ? undefined
    : {
        what: `${host} is too long.`,
        why: `A certificate names at most ${longestHost} characters, and each environment has its name in front.`,
        fix: `Give a shorter domain: ${called('https --domain api.example.com')}`,
      };
}

function originOf({ features }: Answers, { name }: Environment): string | undefined {
  if (name === 'prod') return features.https?.frontend;
  return name === 'dev' ? features.https?.devFrontend : undefined;
}

function settings(answers: Answers, environment: Environment): object {
  const frontendOrigin = originOf(answers, environment);
  return {
    ...(frontendOrigin && { frontendOrigin }),
    ...(environment.zoneId && { zone: { id: environment.zoneId } }),
  };
}

function delegationStep(answers: Answers): Step | undefined {
  const waiting = environmentsOf(answers).filter(({ zoneId }) => zoneId === '');
  if (waiting.length === 0) return undefined;
  return {
    title: `While "${opsCall(answers)} stacks" waits for the certificate, set the NS records of ${waiting.map(({ domain }) => domain).join(' and ')}; these tell them (docs/runbooks/domain-and-https.md).`,
    commands: waiting.map(({ name }) => `${opsCall(answers)} dns --env ${name}`),
  };
}

/** Of the starter, whose pages are at Vercel. */
function frontEndStep(answers: Answers): Step | undefined {
  if (answers.backend === 'existing') return undefined;
  return {
    title: 'Give the front end its API address (docs/runbooks/vercel.md).',
    commands: environmentsOf(answers)
      .slice(0, 2)
      .map(
        ({ name, domain }) =>
          `printf 'https://${domain}' | vercel env add NEXT_PUBLIC_API_URL ${name === 'prod' ? 'production' : 'preview'}`,
      ),
  };
}

/** What was assumed of the front end's address, as long as nobody has said it. */
export function originStep(answers: Answers): Step | undefined {
  const assumed = assumedOrigin(answers);
  if (assumed === null || answers.features.https?.frontend) return undefined;
  return {
    title: `Only pages of ${assumed} may call the API of prod (CORS): this is assumed. If the browser sees the front end elsewhere, say where; it is frontendOrigin in infra/settings.json.`,
    commands: [called('https --frontend https://shop.example.com')],
  };
}

/** A domain of one's own: zone and certificate, HTTPS, redirect and address record. */
export const https: Feature = {
  id: 'https',
  summary: 'a domain with HTTPS: zone, certificate, redirect',
  code: 'VIB056',
  declarations: { domain: declarations.domain, ...httpsAnswers },
  refuse: (answers, values) => {
    if (values.domain === '')
      return {
        what: 'HTTPS needs a domain.',
        why: 'A certificate is made out to a name, and none is known.',
        fix: `Give one: ${called('https --domain api.example.com')}`,
      };
    const shared = values.zone !== '' && values.zone === values.devZone;
    return (
      tooLongHost(answers, String(values.domain)) ??
      (shared ? sharedZone(answers, String(values.zone)) : undefined)
    );
  },
  // Another domain has other zones, and other pages call it.
  outdated: (answers, { domain }) => domain !== undefined && domain !== answers.domain,
  change: (answers, { domain }) => ({ ...answers, domain: String(domain) }),
  changeBack: (answers) => ({ ...answers, domain: '' }),
  ending: httpsEnding,
  blockKey: 'zone',
  settings,
  nextSteps: (answers) =>
    answers.features.https
      ? [delegationStep(answers), originStep(answers), frontEndStep(answers)].filter(
          (step) => step !== undefined,
        )
      : [],
};
