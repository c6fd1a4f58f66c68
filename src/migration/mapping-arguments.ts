import { gap } from './findings.ts';
import type { BuildReading } from './language.ts';
import type { Finding, PlatformName, Service, VariableSource } from './plan.ts';

/** Platforms that give every variable to the build of a Dockerfile, too. */
const givesAll = new Set<PlatformName>(['render', 'railway']);

const secrets = new Set<VariableSource['kind']>(['secret', 'generated', 'database']);

/**
 * What the platform gave to the build of the owner's Dockerfile: nothing passes it here, and the build would go on with
 * the defaults of its ARGs.
 */
export function argumentGaps(
  platform: PlatformName,
  { variables }: Service,
  own: BuildReading['own'],
): Finding[] {
  const defaults = new Map((own?.arguments ?? []).map(({ name, value }) => [name, value]));
  return variables.flatMap(({ name, source, evidence }) => {
    const isGiven = source.kind === 'build' || givesAll.has(platform);
    if (!defaults.has(name) || !isGiven) return [];
    const isSecret = secrets.has(source.kind) || (source.kind === 'build' && source.value === undefined);
    if (isSecret)
      return [
        gap(
          'build-argument',
          `The build was given ${name}, whose value is secret or not in the repo.`,
          `Nothing passes it here, and as an ARG a secret stays in the image. Let the build do without it, or mount it (RUN --mount=type=secret,id=${name}) and hand it over where the image is built.`,
          evidence,
        ),
      ];
    if ((source.kind !== 'build' && source.kind !== 'plain') || source.value === defaults.get(name))
      return [];
    return [
      gap(
        'build-argument',
        `The build was given ${name}, with the value ${JSON.stringify(source.value)}.`,
        `Nothing passes it here: write it as the default of ARG ${name} in ${own?.file}.`,
        evidence,
      ),
    ];
  });
}
