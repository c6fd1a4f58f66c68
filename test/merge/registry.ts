import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from '../../src/package.ts';
import { must } from '../support.ts';

/** A copy of this package under another version, with its templates changed. @returns its folder */
export function otherVersion(folder: string, version: string, change: (templates: string) => void): string {
  mkdirSync(folder, { recursive: true });
  for (const part of ['dist', 'templates', 'package.json', 'CHANGELOG.md'])
    cpSync(join(packageRoot, part), join(folder, part), { recursive: true });
  const manifest = join(folder, 'package.json');
  const { scripts: _, devDependencies: __, ...rest } = JSON.parse(readFileSync(manifest, 'utf8'));
  writeFileSync(manifest, JSON.stringify({ ...rest, version }));
  change(join(folder, 'templates'));
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** A registry on this machine. */
export interface Registry {
  url: string;
  /** Names of the tarballs that were fetched from it. */
  fetched: string[];
  close(): void;
}

/**
 * A registry that has the packages in `folders` (all versions of one name) and sends npm to the real registry
 * for every other package.
 */
export async function registryOf(folders: readonly string[], into: string): Promise<Registry> {
  mkdirSync(into, { recursive: true });
  for (const folder of folders) must('npm', ['pack', '--silent', '--pack-destination', into], folder);
  const upstream = must('npm', ['config', 'get', 'registry'], into).trim().replace(/\/$/, '');
  const fetched: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    const tarball = readdirSync(into).find((name) => path === `/${name}`);
    if (path === '/generator-vibely') response.end(JSON.stringify(packument(folders, into, origin(server))));
    else if (tarball) {
      fetched.push(tarball);
      response.end(readFileSync(join(into, tarball)));
    } else response.writeHead(302, { location: `${upstream}${request.url}` }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: origin(server), fetched, close: () => server.close() };
}

const origin = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function packument(folders: readonly string[], into: string, base: string): object {
  const versions = folders.map((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      name: string;
      version: string;
    };
    const name = `${manifest.name}-${manifest.version}.tgz`;
    const integrity = `sha512-${createHash('sha512')
      .update(readFileSync(join(into, name)))
      .digest('base64')}`;
    return [manifest.version, { ...manifest, dist: { tarball: `${base}/${name}`, integrity } }] as const;
  });
  return {
    name: 'generator-vibely',
    'dist-tags': { latest: versions.at(-1)?.[0] },
    versions: Object.fromEntries(versions),
  };
}
