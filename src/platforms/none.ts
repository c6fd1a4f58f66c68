import { note } from '../migration/findings.ts';
import { readNode } from '../migration/languages/node.ts';
import { readPackageJson } from '../migration/languages/package-json.ts';
import { readPython } from '../migration/languages/python.ts';
import { databasesNeeded } from '../migration/needs.ts';
import type { Evidence, PlatformReading, Service } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';
import type { Platform } from './all.ts';

/** Folders where a backend of its own often lies, looked at after the top. */
const folders = [
  '',
  'backend',
  'server',
  'api',
  'app',
  'apps/api',
  'apps/server',
  'apps/backend',
  'packages/api',
  'services/api',
];

/** Packages that make an app a server, as opposed to pages that a browser gets. */
const serving =
  /^(express|fastify|koa|hono|next|nuxt|@nestjs\/core|@hapi\/hapi|@remix-run\/serve|@sveltejs\/adapter-node|socket\.io|ws|restify|@strapi\/strapi|probot|polka|h3|apollo-server|@apollo\/server)$/;

/** Where a folder says that something in it serves requests; `undefined` where nothing does. */
function servedBy(repo: SourceRepo, root: string): { evidence: Evidence[]; isDocker?: true } | undefined {
  const dockerfile = root === '' ? 'Dockerfile' : `${root}/Dockerfile`;
  const node = readPackageJson(repo, root);
  const isServer = node !== undefined && [...node.dependencies].some((name) => serving.test(name));
  if (node && isServer && (node.scripts.has('start') || node.main !== undefined))
    return { evidence: [node.place('scripts', 'start')] };
  const request = {
    root,
    platform: 'none',
    install: undefined,
    buildLines: undefined,
    runs: [],
    settings: new Map(),
    buildVariables: [],
    aptPackages: [],
  } as const;
  const python = readPython(repo, request);
  if (python?.build.framework !== undefined && python.start) return { evidence: [...python.start.evidence] };
  if (repo.has(dockerfile)) return { evidence: [{ file: dockerfile, line: 1 }], isDocker: true };
  const plain =
    node?.scripts.has('start') && !node.dependencies.has('react-scripts') ? readNode(repo, request) : python;
  return plain?.start ? { evidence: [...plain.start.evidence] } : undefined;
}

function read(repo: SourceRepo): PlatformReading {
  const found = folders.flatMap((root) => {
    const served = servedBy(repo, root);
    return served ? [{ root, ...served }] : [];
  });
  // What lies at the top of a workspace starts what lies below it.
  const [first] = found;
  if (!first) return { platform: 'none', evidence: [], services: [], databases: [], findings: [] };
  const { root, evidence, isDocker } = first;
  const service: Service = {
    name: 'web',
    kind: 'web',
    root,
    ...(isDocker && { docker: { file: evidence[0]?.file ?? 'Dockerfile', context: root } }),
    tasks: { min: 1, max: 1 },
    domains: [],
    variables: [],
    evidence,
  };
  const needs = databasesNeeded(repo, [root]);
  const others = found
    .slice(1)
    .map((one) =>
      note(
        'other-app',
        `There is another app in ${one.root}.`,
        'The plan follows one app. Name the other as a worker, or run this in its folder.',
        one.evidence,
      ),
    );
  return {
    platform: 'none',
    evidence,
    services: [service],
    databases: needs.databases,
    findings: [...needs.findings, ...others],
  };
}

/** An app whose repo names no platform: what its language tells. */
export const none: Platform = { name: 'none', title: 'no platform', read };
