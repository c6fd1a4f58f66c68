import { nearest } from './nearest.ts';
import type { ProblemText } from './problem.ts';
import { regions } from './regions.ts';

/** What a check of one value says: nothing, or what is wrong with it. */
export type Verdict = ProblemText | undefined;

/** What an unknown account is called until its owner fills it in. */
export const unknownAccount = '000000000000';

/**
 * Longest app name. The longest name made from it is a bucket's, `APP-staging-assets-ACCOUNT-REGION`, at most
 * 63 characters (S3); load balancers and target groups end at 32.
 */
const longestName = 20;

/**
 * An app name that every resource made from it can bear: ECR, S3, RDS and ALB names, SSM paths.
 * RDS refuses `--`, SSM paths may not begin with aws or ssm, ALB names not with internal-.
 */
export function checkName(name: string): Verdict {
  const what = `The name '${name}' cannot be used in AWS.`;
  const fix = 'Choose something like shop or acme-shop: small letters, digits and single hyphens.';
  if (name.length < 2 || name.length > longestName)
    return {
      what,
      why: `It has ${name.length} characters; names made from it must stay within 32, so 2 to ${longestName} are allowed.`,
      fix,
    };
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    return {
      what,
      why: 'Names of load balancers, databases and buckets allow only small letters, digits and single hyphens, beginning with a letter.',
      fix,
    };
  const reserved = ['aws', 'ssm', 'amzn', 'internal-', 'sthree-', 'xn-'].find((prefix) =>
    name.startsWith(prefix),
  );
  if (reserved !== undefined)
    return { what, why: `AWS keeps names that begin with '${reserved}' for itself.`, fix };
  return undefined;
}

/** An AWS account id: 12 digits, as text, because it may begin with 0. */
export function checkAccount(account: string): Verdict {
  if (/^\d{12}$/.test(account)) return undefined;
  return {
    what: `'${account}' is not an AWS account id.`,
    why: 'An account id has exactly 12 digits, without hyphens or spaces.',
    fix: 'Copy it from the top right of the AWS console, or run: aws sts get-caller-identity --query Account --output text',
  };
}

/** A certificate of ACM names at most that many characters. */
export const longestHost = 64;

/** A host name for the API; empty for none. At most 60 characters: `dev.` in front must fit ACM's limit of 64. */
export function checkDomain(domain: string): Verdict {
  if (domain === '') return undefined;
  const what = `'${domain}' is not a domain.`;
  const fix = 'Give the host name alone, such as api.example.com, without https:// or a path.';
  if (domain.length > 60)
    return {
      what: `The domain '${domain}' is too long.`,
      why: `A certificate names at most ${longestHost} characters, and dev. is put in front.`,
      fix,
    };
  const labels = domain.split('.');
  const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
  if (labels.length < 2 || !labels.every((part) => label.test(part)))
    return {
      what,
      why: 'A host name is made of labels of small letters, digits and hyphens, with dots between them.',
      fix,
    };
  if (!/^([a-z]{2,}|xn--[a-z0-9-]+)$/.test(labels.at(-1) ?? ''))
    return { what, why: `It ends in '.${labels.at(-1)}', which is no top-level domain.`, fix };
  return undefined;
}

/** A GitHub repository as owner/repo; empty for none. The rules are those of github.com's own sign-up form. */
export function checkGithub(repository: string): Verdict {
  if (repository === '') return undefined;
  const [owner = '', repo = '', ...rest] = repository.split('/');
  const ownerOk = /^[a-z0-9]+(-[a-z0-9]+)*$/i.test(owner) && owner.length <= 39;
  const repoOk = /^[a-z0-9._-]{1,100}$/i.test(repo) && !['.', '..'].includes(repo);
  if (ownerOk && repoOk && rest.length === 0) return undefined;
  return {
    what: `'${repository}' is not a GitHub repository.`,
    why: ownerOk
      ? 'A repository name has letters, digits, dots, hyphens and underscores.'
      : 'An owner has at most 39 letters, digits and single hyphens.',
    fix: 'Give it as owner/repo, such as acme/shop. It need not exist yet.',
  };
}

/** A region of the standard AWS partition. */
export function checkRegion(name: string): Verdict {
  if (name in regions) return undefined;
  return {
    what: `There is no AWS region '${name}'.`,
    why: `Known regions: ${Object.keys(regions).join(', ')}.`,
    fix: `Did you mean ${nearest(name, Object.keys(regions))}?`,
  };
}
