import { call } from './called.ts';
import { Problem } from './problem.ts';
import type { Environment } from './settings.ts';

const notAccepted = new Set([
  'AuthFailure',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
const denied = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);
const throttled = new Set([
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
]);
const unreachable = new Set([
  'ENOTFOUND',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'TimeoutError',
]);

/** Something between us and AWS opens what is encrypted, as the proxies of companies do. */
const untrusted = new Set([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What AWS says of something that a deployment makes, and the command that does it. */
const absent: [name: string, says: RegExp, command: string][] = [
  ['ClusterNotFoundException', /./, 'stacks'],
  ['RepositoryNotFoundException', /./, 'stacks'],
  ['ServiceNotFoundException', /./, 'deploy'],
  ['ClientException', /Unable to describe task definition/, 'deploy'],
];

/** The command that logs in to an environment's account. */
export function login({ profile }: Environment): string {
  return `aws sso login${profile ? ` --profile ${profile}` : ''} (docs/runbooks/accounts-and-bootstrap.md)`;
}

/** What AWS, or the way to it, said, as something that a person can mend; what is not known stays as it is. */
export function explained(error: unknown, environment: Environment): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const { name, message } = error;
  const code = (error as { code?: string }).code ?? name;
  if (name === 'CredentialsProviderError' || notAccepted.has(name))
    return new Problem({
      what: 'AWS does not accept your credentials.',
      why: message,
      fix: login(environment),
    });
  if (denied.has(name))
    return new Problem({
      what: 'AWS does not allow it.',
      why: message,
      fix: 'Ask whoever manages the account for that permission, or log in with another role.',
    });
  if (throttled.has(name))
    return new Problem({
      what: 'AWS takes no more calls for now.',
      why: `${message} It was tried again several times.`,
      fix: 'Wait a minute and run the same command again; it goes on where it stopped.',
    });
  if (unreachable.has(code))
    return new Problem({
      what: 'AWS cannot be reached.',
      why: message,
      fix: 'Check the network, a proxy and the region in infra/settings.json; then run the same command again.',
    });
  if (untrusted.has(code))
    return new Problem({
      what: 'Nobody vouches for who answers in the name of AWS.',
      why: message,
      fix: 'If a proxy of your company does, tell Node its certificate: export NODE_EXTRA_CA_CERTS=FILE.pem',
    });
  if (/Deserialization error/.test(message))
    return new Problem({
      what: 'Something else than AWS has answered.',
      why: message.split('\n', 1)[0] ?? message,
      fix: 'Look for a proxy or a login page of your network, and at AWS_ENDPOINT_URL; then run the same command again.',
    });
  const missing = absent.find(([of, says]) => name === of && says.test(message));
  if (missing)
    return new Problem({
      what: `${environment.prefix} is not deployed as far as this needs it.`,
      why: message,
      fix: `${call} ${missing[2]} --env ${environment.name} (docs/runbooks/first-deploy.md)`,
    });
  return error;
}
