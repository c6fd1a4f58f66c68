import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openRepo, type SourceRepo } from '../../src/migration/repo.ts';
import { scratch } from '../support.ts';

/** A fresh folder with files in it: path → content. */
export function folderWith(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = scratch();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** A repo of such files. */
export const repoWith = (files: Readonly<Record<string, string | Buffer>>): SourceRepo =>
  openRepo(folderWith(files));

/** A finding as a line: `yaml-invalid render.yaml:2`. */
export const shortly = ({
  id,
  evidence,
}: {
  readonly id: string;
  readonly evidence: readonly { readonly file: string; readonly line: number }[];
}): string => [id, ...evidence.map(({ file, line }) => `${file}:${line}`)].join(' ');
