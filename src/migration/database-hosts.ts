import type { PlatformName } from './plan.ts';

/** Hosts of the databases that a platform runs itself. */
const platformHosts: Readonly<Record<Exclude<PlatformName, 'none'>, RegExp>> = {
  render: /\.render\.com$/,
  heroku: /\.(compute(-\d+)?|rds)\.amazonaws\.com$/,
  railway: /\.(rlwy\.net|railway\.app)$/,
  fly: /\.(flycast|fly\.dev)$/,
};

/** A laptop's own, and a name within a network alone: of a compose file, Render's `dpg-…` and `red-…`. */
const nearHost = /^([^.]*|127\.0\.0\.1|0\.0\.0\.0|.*\.internal)$/;

/** Databases that somebody else runs, and that go on. */
const ofOthers =
  /\.(neon\.tech|supabase\.(co|com)|upstash\.io|aivencloud\.com|cockroachlabs\.cloud|psdb\.cloud|redns\.redis-cloud\.com|redislabs\.com|azure\.com)$/;

const hostOf = (address: string): string =>
  /^[a-z\d+]+:\/\/(?:[^/?#]*@)?(\[[^\]]*\]|[^/:?#,]*)/i.exec(address.trim())?.[1]?.toLowerCase() ?? '';

/**
 * Whether the address of a database leads to one that moves along: to the platform's own, to a laptop, or to a name that
 * means something within a network alone. Any other goes on to run where it is.
 * @param platform that of the app; any where it is `none` or not known
 * @param isOwn whether the variable has the name under which the app finds its own database
 */
export function movesAlong(address: string, platform: PlatformName = 'none', isOwn = false): boolean {
  const host = hostOf(address);
  if (ofOthers.test(host)) return false;
  if (isOwn || nearHost.test(host)) return true;
  return platform === 'none'
    ? Object.values(platformHosts).some((hosts) => hosts.test(host))
    : platformHosts[platform].test(host);
}
