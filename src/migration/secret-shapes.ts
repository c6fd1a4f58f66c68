/** Where a secret stands in a text. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
}

/** How keys of well-known services, and keys as such, begin. */
const beginnings =
  'sk-|sk_(?:live|test)_|rk_(?:live|test)_|whsec_|gh[oprsu]_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA|AIza|SG\\.|eyJ[\\w-]{10,}\\.|dop_v1_|hf_|gsk_|npm_(?!config_)|re_[A-Za-z0-9]{8}|key-[0-9a-f]{32}';

/** A value that is a key from its first character on. */
const keyAtStart = new RegExp(`^(?:${beginnings}|-----BEGIN)`);

/** A key in the middle of a text: what comes after the beginning is long, and no word. */
const keyInside = new RegExp(`(?<![\\w-])(?:${beginnings})[\\w.+/=-]*`, 'g');

const address = /(?<![\w+.-])[a-z][\w+.-]*:\/\/[^\s/:@"']*:[^\s/@$"']+@[^\s"'`<>]*/gi;

/** `Password=…`, `"api_key": "…"`, `X-Api-Key: …`: the value alone. */
const labelled =
  /(?:password|passwd|pwd|secret|token|(?:api|access|account|private)[_-]?key)(?:["']\s*:\s*["']?|:\s+|\s*=\s*["']?)([^\s"'`;&,$<{]{6,})/dgi;

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

const isKey = (text: string): boolean => text.length >= 12 && /[A-Z\d]/.test(text);

/** The secrets that can be told by their shape, wherever they stand in a text: sorted, none within another. */
export function secretSpans(text: string): SecretSpan[] {
  const spans = [
    ...[...text.matchAll(privateKey), ...text.matchAll(address)].map(spanOf),
    ...[...text.matchAll(keyInside)].filter(([key]) => isKey(key)).map(spanOf),
    ...[...text.matchAll(labelled)].flatMap(({ indices }) => (indices?.[1] ? [between(indices[1])] : [])),
  ].sort((a, b) => a.start - b.start || b.end - a.end);
  return spans.filter(({ start }, index) => spans.slice(0, index).every(({ end }) => end <= start));
}

const between = ([start, end]: readonly [number, number]): SecretSpan => ({ start, end });

const spanOf = ({ index, 0: found }: RegExpExecArray): SecretSpan => ({
  start: index,
  end: index + found.length,
});

/** Bits of information that each character carries (Shannon). */
function entropy(text: string): number {
  const counts = Map.groupBy(text, (char) => char).values();
  return [...counts].reduce(
    (sum, { length }) => sum - (length / text.length) * Math.log2(length / text.length),
    0,
  );
}

/** Whether a text looks drawn at random: long, without words, with letters and digits mixed. */
function looksRandom(value: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(value)) return true;
  const mixed = [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(value));
  return mixed && /^[\w+/=-]{24,}$/.test(value) && entropy(value) > 3.8;
}

const isPath = (text: string): boolean => /^\.{0,2}\//.test(text);

/** Whether a value must not be shown, whatever its name: it is or holds a key, a password, random characters. */
export function isSecretValue(value: string): boolean {
  const text = value.trim();
  if (keyAtStart.test(text) || /"private_key"\s*:/.test(text) || secretSpans(text).length > 0) return true;
  return (
    !isPath(text) && [text, ...text.split(/[\s"'=&?;,]+/)].some((word) => !isPath(word) && looksRandom(word))
  );
}
