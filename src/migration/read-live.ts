import { allPlatforms } from '../platforms/all.ts';
import { Problem } from '../problem.ts';
import type { Ask } from '../questions.ts';
import type { Evidence, PlatformName, PlatformReading, Service, ShellLine } from './plan.ts';

/** How it is found out which platform is live. */
export interface HowToChoose {
  /** The owner's word. */
  readonly platform?: PlatformName | undefined;
  /** Whether that word is what an earlier run has found or was told. */
  readonly isEarlier?: boolean;
  /** `undefined` where nobody can be asked. */
  readonly ask?: Ask | undefined;
}

const at = ({ file, line }: Evidence): string => `${file}:${line}`;

/** As its owner writes it. */
export const titleOf = (name: PlatformName): string =>
  allPlatforms.find((one) => one.name === name)?.title ?? name;

const filesOf = ({ evidence }: PlatformReading): string =>
  [...new Set(evidence.map(({ file }) => file))].join(', ');

/** Whether a reading tells of anything that runs. */
const speaks = ({ services, databases }: PlatformReading): boolean => services.length + databases.length > 0;

const count = (services: readonly Service[], kind: Service['kind']): number =>
  services.filter((service) => service.kind === kind).length;

function kindsIn({ services }: PlatformReading): string {
  const kinds = ['web', 'private', 'worker', 'cron', 'static'] as const;
  const present = kinds.filter((kind) => count(services, kind) > 0);
  return present.map((kind) => `${count(services, kind)} ${kind}`).join(', ') || 'no service';
}

const said = (line: ShellLine | undefined, platform: string): string =>
  line === undefined
    ? `none with ${platform}`
    : `'${line.text}' with ${platform} (${line.evidence.map(at)[0] ?? '?'})`;

const lineKeys = [
  ['build', 'build command'],
  ['start', 'start command'],
  ['release', 'release command'],
  ['healthPath', 'path for health checks'],
] as const;

/** What two platforms say differently, a sentence each. */
export function disagreements(one: PlatformReading, other: PlatformReading): string[] {
  const [first = '', second = ''] = [one, other].map(({ platform }) => titleOf(platform));
  const [kinds, otherKinds] = [one, other].map(kindsIn);
  const [web, otherWeb] = [one, other].map(({ services }) => services.find(({ kind }) => kind === 'web'));
  const differing = lineKeys.filter(([key]) => web?.[key]?.text !== otherWeb?.[key]?.text);
  const lines = differing.map(
    ([key, title]) => `the ${title} is ${said(web?.[key], first)} and ${said(otherWeb?.[key], second)}`,
  );
  return [
    ...(kinds === otherKinds ? [] : [`${first} has ${kinds}, ${second} ${otherKinds}`]),
    ...(web && otherWeb ? lines : []),
  ];
}

function tie(speaking: readonly PlatformReading[]): Problem {
  const [first, ...others] = speaking as readonly [PlatformReading, ...PlatformReading[]];
  const differing = others.flatMap((other) => disagreements(first, other));
  return new Problem('VIB100', {
    what: `The repo speaks of ${speaking.map((one) => `${titleOf(one.platform)} (${filesOf(one)})`).join(' and of ')}.`,
    why:
      differing.length === 0
        ? 'They say the same, but only one of them is where the data is.'
        : `They disagree: ${differing.join('; ')}.`,
    fix: `Say which one is live: ${speaking.map(({ platform }) => `--platform ${platform}`).join(' or ')}.`,
  });
}

function notSpoken(
  platform: PlatformName,
  speaking: readonly PlatformReading[],
  isEarlier: boolean,
): Problem {
  const found = speaking.map((one) => `${titleOf(one.platform)} (${filesOf(one)})`).join(', ');
  return new Problem('VIB101', {
    what: isEarlier
      ? `The last run read the files of ${titleOf(platform)}, and they are gone.`
      : `Nothing in the repo tells of ${titleOf(platform)}.`,
    why: found === '' ? 'No platform has a file in it.' : `It has files of ${found}.`,
    fix: `Give ${[...new Set([...speaking.map((one) => one.platform), 'none'])].map((name) => `--platform ${name}`).join(' or ')}, or go to the folder that has the file.`,
  });
}

async function asked(speaking: readonly PlatformReading[], ask: Ask): Promise<PlatformReading> {
  const { what, why } = tie(speaking).text;
  const names = speaking.map(({ platform }) => platform);
  const answer = await ask({
    type: 'select',
    name: 'platform',
    message: `Where does the app run today?\n  ${what} ${why}\n `,
    default: names[0] ?? 'none',
    choices: names.map((name) => ({ name: titleOf(name), value: name })),
  });
  return speaking.find(({ platform }) => platform === answer) ?? (speaking[0] as PlatformReading);
}

/**
 * The reading of the platform that the app runs on.
 * @throws Problem VIB100 where several speak and nobody can be asked, VIB101 for a platform without a file.
 */
export async function liveReading(
  readings: readonly PlatformReading[],
  { platform, isEarlier = false, ask }: HowToChoose,
): Promise<PlatformReading> {
  const none = readings.find((one) => one.platform === 'none');
  const speaking = readings.filter((one) => one.platform !== 'none' && speaks(one));
  if (platform !== undefined) {
    const chosen = readings.find((one) => one.platform === platform);
    if (chosen && (platform === 'none' || chosen.evidence.length > 0)) return chosen;
    throw notSpoken(platform, speaking, isEarlier);
  }
  const [only, ...more] = speaking;
  if (only !== undefined && more.length === 0) return only;
  if (only !== undefined && ask) return asked(speaking, ask);
  if (only !== undefined) throw tie(speaking);
  return none ?? { platform: 'none', evidence: [], services: [], databases: [], findings: [] };
}
