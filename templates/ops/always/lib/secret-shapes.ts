/** Where a secret stands in a text. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
}

/** How keys of well-known services, and keys as such, begin. */
const beginnings =
  'sk-|sk_(?:live|test)_|rk_(?:live|test)_|whsec_|gh[oprsu]_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA|AIza|SG\\.|eyJ[\\w-]{10,}\\.|dop_v1_|hf_|gsk_|npm_(?!config_)|re_[A-Za-z0-9]{8}|key-[0-9a-f]{32}|\\d{6,12}:AA[\\w-]{20}';

/** A value that is a key from its first character on. */
const keyAtStart = new RegExp(`^(?:${beginnings}|-----BEGIN)`);

/** A key in the middle of a text: what comes after the beginning is long, and no word. */
const keyInside = new RegExp(`(?<![\\w-])(?:${beginnings})[\\w.+/=-]*`, 'g');

const address = /(?<![\w+.-])[a-z][\w+.-]*:\/\/[^\s/:@"']*:[^\s/@$"']+@[^\s"'`<>]*/gi;

/** What stands before the `@` alone is a token: a DSN of Sentry, an access token of GitHub. */
const tokenAddress = /https?:\/\/[^\s/:@$"'`<>]{16,}@[^\s"'`<>]*/gi;

/** Addresses to which everybody who knows them may write; nothing else guards them. */
const webhook =
  /https:\/\/(?:hooks\.slack\.com|(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks|[\w-]+\.webhook\.office\.com|outlook\.office(?:365)?\.com\/webhook|chat\.googleapis\.com\/v\d\/spaces|api\.telegram\.org\/bot\d+|hooks\.zapier\.com|hook\.(?:\w+\.)?(?:make|integromat)\.com|maker\.ifttt\.com|api\.render\.com\/deploy|api\.vercel\.com\/v\d\/integrations\/deploy|api\.netlify\.com\/build_hooks)[/:][^\s"'`<>${]{6,}(?![^\s"'`<>]*\$)/gi;

/** `?key=…`: the value alone. Other names of secrets in a query are `labelled`. */
const queryKey = /[?&](?:key|sig|signature|auth|hmac)=([^\s"'`;&#,$<{]{6,})/dgi;

const authorization = /\b(?:Basic|Bearer)\s+([\w+/=.~-]{12,})/dg;

/** `Password=…`, `"api_key": "…"`, `X-Api-Key: …`: the value alone. */
const labelled =
  /(?:password|passwd|pwd|secret|token|(?:api|access|account|private)[_-]?key)(?:["']\s*:\s*["']?|:\s+|\s*=\s*["']?)([^\s"'`;&,$<{]{6,})/dgi;

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

const isKey = (text: string): boolean => text.length >= 12 && /[A-Z\d]/.test(text);

/** The secrets that can be told by their shape, wherever they stand in a text: sorted, none within another. */
export function secretSpans(text: string): SecretSpan[] {
  const spans = [
    ...[privateKey, address, tokenAddress, webhook].flatMap((shape) => [...text.matchAll(shape)].map(spanOf)),
    ...[...text.matchAll(keyInside)].filter(([key]) => isKey(key)).map(spanOf),
    ...[...text.matchAll(authorization)].filter(([, key = '']) => isKey(key)).flatMap(firstGroup),
    ...[labelled, queryKey].flatMap((shape) => [...text.matchAll(shape)].flatMap(firstGroup)),
  ].sort((a, b) => a.start - b.start || b.end - a.end);
  return spans.filter(({ start }, index) => spans.slice(0, index).every(({ end }) => end <= start));
}

function firstGroup({ indices }: RegExpExecArray): SecretSpan[] {
  const [start, end] = indices?.[1] ?? [];
  return start === undefined || end === undefined ? [] : [{ start, end }];
}

const spanOf = ({ index, 0: found }: RegExpExecArray): SecretSpan => ({
  start: index,
  end: index + found.length,
});

/** Bits of information that each character carries (Shannon). */
function entropy(text: string): number {
  const chars = [...text];
  const shares = [...new Set(chars)].map((char) => chars.filter((one) => one === char).length / chars.length);
  return shares.reduce((sum, share) => sum - share * Math.log2(share), 0);
}

/** Whether a text looks drawn at random: long, without words, with letters and digits mixed. */
function looksRandom(value: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(value)) return true;
  const mixed = [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(value));
  return mixed && /^[\w+/=-]{24,}$/.test(value) && entropy(value) > 3.8;
}

/** Words of a value that may be drawn at random, those of an address's path among them. */
const wordsOf = (text: string): string[] =>
  text.split(/[\s"'=&?;,]+/).flatMap((word) => (/^https?:\/\//i.test(word) ? word.split('/') : [word]));

const isPath = (text: string): boolean => /^\.{0,2}\//.test(text);

/** Whether a value must not be shown, whatever its name: it is or holds a key, a password, random characters. */
export function isSecretValue(value: string): boolean {
  const text = value.trim();
  if (keyAtStart.test(text) || /"private_key"\s*:/.test(text) || secretSpans(text).length > 0) return true;
  return !isPath(text) && [text, ...wordsOf(text)].some((word) => !isPath(word) && looksRandom(word));
}
