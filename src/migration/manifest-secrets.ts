import { gap } from './findings.ts';
import type { Finding } from './plan.ts';
import type { SourceRepo } from './repo.ts';

/** Files that say where packages come from; the installation in the image reads them. */
const manifest =
  /(^|\/)(\.npmrc|\.yarnrc(\.yml)?|\.pypirc|pip\.conf|uv\.toml|package\.json|pyproject\.toml|Pipfile|bunfig\.toml|(requirements|constraints)[\w.-]*\.(txt|in)|requirements\/[\w.-]+\.(txt|in))$/;

/** `_authToken=…` of npm and its kin; a reference to a variable is none. */
const token =
  /(?:_authToken|_password|_auth|npmAuthToken|npmAuthIdent)["']?\s*[=:]\s*["']?(?!\$|process\.)[^\s"'$]{4,}/;

/** `https://user:password@…`, or a token alone before the `@`. */
const address = /(?<![\w+.-])[a-z][\w+.-]*:\/\/(?:[^\s/:@"'$]*:[^\s/@"'${]+|[^\s/:@"'${]{16,})@/i;

function findingsIn(file: string, text: string): Finding[] {
  const evidence = text
    .split('\n')
    .flatMap((line, index) =>
      !/^\s*[#;]/.test(line) && (token.test(line) || address.test(line)) ? [{ file, line: index + 1 }] : [],
    );
  if (evidence.length === 0) return [];
  return [
    gap(
      'secret-in-manifest',
      `${file} has the password or the token of a package registry in it, and the image gets the file.`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: of npm
      'Make a new one, for whoever has the repo or the image knows this one. Let the file name a variable instead (_authToken=${NPM_TOKEN} in .npmrc; pip takes the address from PIP_EXTRA_INDEX_URL), and hand that to the installation alone: RUN --mount=type=secret,id=registry,env=NPM_TOKEN in the Dockerfile, and --secret where the image is built.',
      evidence,
    ),
  ];
}

/** Secrets in the files that say where the packages of an app come from; their values are not in what is said. */
export function manifestSecrets(repo: SourceRepo): Finding[] {
  return repo.paths
    .filter((path) => manifest.test(path) && !/(^|\/)node_modules\//.test(path))
    .flatMap((path) => findingsIn(path, repo.text(path) ?? ''));
}
