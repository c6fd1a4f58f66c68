import type { SourceRepo } from './repo.ts';
import type { Migration } from './stored.ts';

/** What the owner of an app has for the whole repo already, or does not want changed. */
const theirs = new Set([
  '.editorconfig',
  '.github/dependabot.yml',
  '.gitignore',
  'AGENTS.md',
  'CLAUDE.md',
  'README.md',
  'compose.yaml',
  'package.json',
]);

/** What the names of workflows begin with: ci.yml and deploy.yml are names that many repos have. */
export const workflowPrefix = 'aws-';

/**
 * Where a generated file goes beside an app that was there before; `undefined` for one that would speak for the
 * whole repo. Not even a `package.json` of its own is written: Heroku and Railway would take the app for one of Node.
 */
export function placeBeside(path: string): string | undefined {
  if (theirs.has(path)) return undefined;
  return path.replace(/^\.github\/workflows\/(?=[^/]+$)/, `.github/workflows/${workflowPrefix}`);
}

/** Where what was read and the move stand, unless the owner has a file of that name. */
const documentPath = 'docs/MIGRATION.md';

/** The name of that document in a repo. */
export const documentOf = ({ document = documentPath }: Pick<Migration, 'document'>): string => document;

/** The name that it must have beside the files of an owner, where that is another one. */
export const documentBeside = (repo: Pick<SourceRepo, 'has'>): Pick<Migration, 'document'> =>
  repo.has(documentPath) ? { document: 'docs/MIGRATION-AWS.md' } : {};
