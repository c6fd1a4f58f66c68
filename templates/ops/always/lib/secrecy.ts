import { isSecretValue } from './secret-shapes.ts';

/** Words that make a name one of a secret wherever they stand in it. */
const secretWords = new Set(
  'SECRET SECRETS PASSWORD PASSWD PASSPHRASE TOKEN TOKENS CREDENTIAL CREDENTIALS CREDS APIKEY SALT SALTS PRIVATE'.split(
    ' ',
  ),
);

/** Words that do so at the end only. */
const secretEnds = new Set('KEY KEYS PWD DSN PEPPER PIN SIGNING IV LICENSE LICENCE'.split(' '));

/** The same for words that are written together: PGPASS, AUTHTOKEN, DEPLOYHOOK. */
const secretEnding = /(PASS|PASSWORD|PASSWD|SECRET|TOKEN|APIKEY|HOOK)$/;

/** Words at the end that make a name one about a secret, not of it: TOKEN_EXPIRE_MINUTES. */
const aboutEnds = new Set(
  `EXPIRE EXPIRES EXPIRY EXPIRATION EXP IN MINUTES SECONDS HOURS DAYS TTL LENGTH LIMIT MAX MIN SIZE ALGORITHM ALG
  TYPE NAME HEADER URL URI PATH FILE ENABLED ISSUER AUDIENCE ID COUNT LIFETIME MODE PREFIX REGION TIMEOUT AGE
  ROUNDS HOST PORT DIR FIELD`.split(/\s+/),
);

/** Words that say that everybody may know it. */
const publicWords = new Set('PUBLIC PUBLISHABLE SITE'.split(' '));

/** The words of a name: `database__apiKey` gives DATABASE, API and KEY. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== '');
}

/** Whether a variable of that name holds a secret, as far as a name can tell. */
export function isSecretName(name: string): boolean {
  if (/^AWS_(ACCESS_KEY_ID|SESSION_TOKEN)$/.test(name)) return true;
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (words.some((word) => publicWords.has(word))) return false;
  // Whoever knows the address of a webhook may write to it.
  if (/HOOK_UR[LI]$/.test(words.join('_'))) return true;
  if (aboutEnds.has(last)) return false;
  return words.some((word) => secretWords.has(word)) || secretEnds.has(last) || secretEnding.test(last);
}

/** `BASIC_AUTH=user:password`, `ADMIN_LOGIN=root/password`. */
const isLogin = (name: string, value: string): boolean =>
  /(AUTH|LOGIN)$/i.test(name) && /^[^\s:/]+(:(?!\/\/)|\/)\S+$/.test(value);

/** Whether a value is no secret although the name speaks of one: a number or a switch, as in MAX_TOKENS=4096. */
const isSwitch = (name: string, value: string): boolean =>
  /^(\d{1,6}|true|false|yes|no|on|off)$/i.test(value) &&
  !/(PASSWORD|PASS|PWD|PIN|CODE|SECRET|TOKEN|KEY|SALT|SEED)$/i.test(name);

/** Whether a setting must not be shown, by its value or by its name. */
export const isSecretSetting = (name: string, value: string): boolean =>
  isSecretValue(value) || (isSecretName(name) && !isSwitch(name, value)) || isLogin(name, value);

/** Settings that everybody may know, whatever their words. */
const settingNames =
  /^((NODE|APP|RAILS|FLASK|DJANGO)_ENV|ENVIRONMENT|LOG_(LEVEL|FORMAT)|TZ|PYTHONUNBUFFERED|WEB_CONCURRENCY)$/;

const word = '(?:[a-z]{1,12}|[A-Z]{1,12}|[A-Z][a-z]{1,11})';

const harmlessShapes: readonly RegExp[] = [
  /^(\*|-?\d{1,10}|\d{1,6}\.\d{1,6}|\d+(\.\d+){2,3})$/,
  /^\d{1,10} ?(ms|s|m|h|d|w|k|b|kb|mb|gb|mib|gib|%|px|seconds?|minutes?|hours?|days?)$/i,
  /** A word or two: `production`, `read-committed`. */
  new RegExp(`^${word}([-_]${word})?$`),
  /** A region, a time zone, a language. */
  /^(us|eu|ap|sa|ca|af|me|il|mx|cn|europe|asia|australia|northamerica|southamerica)(-gov)?-[a-z]{4,12}-?\d{1,2}[a-z]?$/,
  /^(Africa|America|Antarctica|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)\/[A-Z][A-Za-z_+\d-]{1,20}(\/[A-Z][A-Za-z_]{1,20})?$/,
  /^[a-z]{2}[-_][A-Z]{2}(\.UTF-?8)?$/,
];

/** A part of a host name or a path that is made of words, and not drawn at random. */
const isSpoken = (text: string): boolean =>
  text.split(/[-_.~]/).every((part) => /^([a-z]{0,20}|v?\d{1,4}|[a-z]{1,12}\d)$/i.test(part));

const isHost = (text: string): boolean =>
  /^([a-z\d_-]+\.)*[a-z\d_-]+(:\d{1,5})?$/.test(text) &&
  text.split(/[.:-]/).every((label) => label.length <= 10 || /^[a-z_]{1,30}$/.test(label));

function isOpenValue(value: string): boolean {
  if (harmlessShapes.some((shape) => shape.test(value))) return true;
  const [, host = '', path = ''] = /^(?:https?|wss?):\/\/([^/?#]+)((?:\/[^/?#]*)*)$/i.exec(value) ?? [];
  if (host !== '') return isHost(host) && path.split('/').every(isSpoken);
  if (/^\.{0,2}\//.test(value)) return value.split('/').every(isSpoken);
  return /^[a-z\d_-]+(\.[a-z\d_-]+)*\.[a-z_]{2,20}(:\d{1,5})?$/.test(value) && isHost(value);
}

/**
 * Whether everybody may know a setting for certain: a number, a switch, a word or two, a host, a public address, a list
 * of these. Whatever else an app runs with may be a secret that has neither the name nor the look of one.
 */
export const isOpenSetting = (name: string, value: string): boolean =>
  !isSecretSetting(name, value) &&
  (settingNames.test(name) || value === '' || value.split(',').every((part) => isOpenValue(part.trim())));
