import { gap, note } from './findings.ts';
import { readJson } from './json.ts';
import { below } from './languages/build.ts';
import type { Finding, PlatformReading } from './plan.ts';
import type { SourceRepo } from './repo.ts';
import { child, entriesOf, itemsOf, type Located, placeOf, textOf } from './tree.ts';

/** Settings of Vercel's that change what people get. */
const settings = ['rewrites', 'redirects', 'headers', 'routes', 'functions', 'cleanUrls', 'trailingSlash'];

function cronFinding(cron: Located): Finding {
  const schedule = textOf(child(cron, 'schedule')) ?? '0 3 * * *';
  return gap(
    'vercel-cron',
    `Vercel asks for ${textOf(child(cron, 'path')) ?? 'a path'} by itself, at '${schedule}'.`,
    `Nothing does so here. Add a job that runs the same code: vibely cron NAME --schedule '${schedule}' --command '…'; or one that asks for the path, with CRON_SECRET in the header Authorization as Vercel has it.`,
    placeOf(cron),
  );
}

function settingsFinding(file: string, found: readonly (readonly [string, Located])[]): Finding[] {
  if (found.length === 0) return [];
  return [
    gap(
      'vercel-settings',
      `${file} has ${found.map(([name]) => name).join(', ')}, which only Vercel obeys.`,
      'Put them into the app: rewrites, redirects and headers of Next.js stand in next.config as well.',
      found.map(([, node]) => placeOf(node)),
    ),
  ];
}

/** What Vercel does beside running the app, as far as vercel.json says it: nothing does it here. */
export function vercelFindings(repo: SourceRepo, { platform, services }: PlatformReading): Finding[] {
  const roots = new Set(services.filter(({ kind }) => kind === 'web').map(({ root }) => root));
  const files = [...roots].map((root) => below(root, 'vercel.json')).filter((file) => repo.has(file));
  if (platform !== 'none')
    return files.map((file) =>
      note(
        'vercel-unused',
        `${file} is of Vercel, and the app was not read as one that runs there.`,
        'Where it does, run this again with --platform none: it tells what of that file is not carried over.',
        { file, line: 1 },
      ),
    );
  return files.flatMap((file) => {
    const { root, findings } = readJson(repo, file);
    const found = [...entriesOf(root)].filter(([name]) => settings.includes(name));
    return [...findings, ...itemsOf(child(root, 'crons')).map(cronFinding), ...settingsFinding(file, found)];
  });
}
