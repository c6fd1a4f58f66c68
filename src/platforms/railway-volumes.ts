import { gap } from '../migration/findings.ts';
import type { Evidence, Finding, Service } from '../migration/plan.ts';
import type { Value } from './railway-program.ts';
import { argument, entry, textOf } from './railway-values.ts';

type Disk = NonNullable<Service['disk']>;

/** Size of a volume where the program says none, in MB. */
const usualSize = 5120;

function diskAt(path: string, volume: Value | undefined, evidence: readonly Evidence[]): Disk {
  const said = volume?.kind === 'call' ? textOf(entry(argument(volume, 1), 'sizeMB')) : undefined;
  const megabytes = Number(said ?? usualSize);
  return { path, sizeGb: Math.ceil((megabytes > 0 ? megabytes : usualSize) / 1024), evidence };
}

/** `{ "/data": files }`, or a list of `{ mountPath: "/data", volume: files }`; `undefined` for any other form. */
function disksIn(mounts: Value, file: string): readonly Disk[] | undefined {
  if (mounts.kind === 'map')
    return [...mounts.entries].flatMap(([path, volume]) =>
      // What is null is taken off.
      volume.kind === 'plain' && volume.value === null
        ? []
        : [diskAt(path, volume, [{ file, line: volume.line }])],
    );
  if (mounts.kind !== 'list') return undefined;
  const disks = mounts.items.map((item) => {
    const path = textOf(entry(item, 'mountPath') ?? entry(item, 'path'));
    return path === undefined ? undefined : diskAt(path, entry(item, 'volume'), [{ file, line: item.line }]);
  });
  const known = disks.filter((disk) => disk !== undefined);
  return known.length === disks.length ? known : undefined;
}

const decide =
  'Decide: S3 for uploads (several tasks, needs code), or EFS (a mounted folder, slower, no code; no database on it).';

/** The volume of a service, with what is to be said of it, and of those beside it. */
export function readVolumes(
  options: Value | undefined,
  name: string,
  file: string,
): { disk?: Disk; findings: Finding[] } {
  const mounts = entry(options, 'volumeMounts');
  if (mounts === undefined) return { findings: [] };
  const disks = disksIn(mounts, file);
  if (disks === undefined)
    return {
      findings: [
        gap(
          'railway-volume',
          `${name} has a volume, and the file does not say in a way that is read where it is mounted.`,
          `Look in the dashboard what lies on it. ${decide}`,
          { file, line: mounts.line },
        ),
      ],
    };
  const [disk, ...others] = disks;
  return {
    ...(disk && { disk }),
    findings: disks.map(({ path, sizeGb, evidence }, index) =>
      gap(
        // The mapping says more of the disk that the plan has; it knows of one.
        index === 0 ? 'disk' : 'railway-volume',
        `${name} keeps files on ${others.length > 0 ? 'one of its volumes,' : 'a volume'} of ${sizeGb} GB, at ${path}.`,
        decide,
        evidence,
      ),
    ),
  };
}
