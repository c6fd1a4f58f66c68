import { declarations } from '../answers.ts';
import { text, trim } from '../declaration.ts';
import type { Feature } from './feature.ts';

const zone = (environment: string, flag: string) =>
  text({
    flag,
    value: 'ID',
    code: 'VIB055',
    question: `Which hosted zone of Route 53 in the ${environment} account? (empty: make one)`,
    decides:
      'whether a zone that you have is used, or a new one made whose name servers you set at your registrar',
    initial: () => '',
    tidy: trim,
    check: (id) =>
      id === '' || /^Z[A-Z0-9]{5,31}$/.test(id)
        ? undefined
        : {
            what: `'${id}' is no id of a hosted zone.`,
            why: 'It begins with Z and has capital letters and digits, such as Z0123456789ABCDEFGHIJ.',
            fix: 'Look it up: aws route53 list-hosted-zones --query "HostedZones[].[Id, Name]" --output text',
          },
  });

/** What `vibely https` asks; the domain is the one that the app has anyway. */
export const httpsAnswers = {
  zone: zone('prod', 'zone'),
  devZone: zone('dev', 'dev-zone'),
};

/** A domain of one's own: zone and certificate, HTTPS, redirect and address record. */
export const https: Feature = {
  id: 'https',
  summary: 'a domain with HTTPS: zone, certificate, redirect',
  code: 'VIB056',
  declarations: { domain: declarations.domain, ...httpsAnswers },
  refuse: (_, { domain }) =>
    domain === ''
      ? {
          what: 'HTTPS needs a domain.',
          why: 'A certificate is made out to a name, and none is known.',
          fix: 'Give one: vibely https --domain api.example.com',
        }
      : undefined,
  change: (answers, { domain }) => ({ ...answers, domain: String(domain) }),
  changeBack: (answers) => ({ ...answers, domain: '' }),
};
