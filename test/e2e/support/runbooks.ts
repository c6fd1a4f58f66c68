import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One block of shell commands of a document, as a reader would paste it. */
export interface Block {
  document: string;
  number: number;
  code: string;
}

export function blocksOf(directory: string, document: string): Block[] {
  const text = readFileSync(join(directory, 'docs/runbooks', document), 'utf8');
  const found = text.matchAll(/^```bash\n(.*?)^```$/gms);
  return [...found].map(([, code], index) => ({ document, number: index + 1, code: code as string }));
}

export function documentsOf(directory: string): string[] {
  return readdirSync(join(directory, 'docs/runbooks')).filter((file) => file.endsWith('.md'));
}

export interface Exception {
  document: string;
  /** The beginning of the block's code. */
  begins: string;
  reason: string;
}

/** What cannot run against the emulator. An entry that matches no block is an error: it has outlived its command. */
export const exceptions: readonly Exception[] = [
  {
    document: 'accounts-and-bootstrap.md',
    begins: 'npm run ops -- doctor',
    reason: 'looks at what is not deployed yet; ops-care.e2e.ts looks at all of it',
  },
  {
    document: 'domain-and-https.md',
    begins: 'npm run ops -- dns',
    reason: 'asks the public DNS for the names that the reader owns; ops-care.e2e.ts has a DNS of its own',
  },
  {
    document: 'domain-and-https.md',
    begins: 'npm run ops -- smoke',
    reason: 'holds a stream for a minute and a half; ops-smoke.e2e.ts asks a running service',
  },
  {
    document: 'vercel.md',
    begins: 'npm run ops -- smoke',
    reason: 'holds a stream for a minute and a half; ops-smoke.e2e.ts asks a running service',
  },
  {
    document: 'accounts-and-bootstrap.md',
    begins: 'aws configure sso',
    reason: 'logs in with a browser at IAM Identity Center',
  },
  {
    document: 'first-deploy.md',
    begins: 'gh workflow run deploy.yml',
    reason: 'starts a workflow at GitHub',
  },
  {
    document: 'domain-and-https.md',
    begins: 'ZONE=$(aws route53 list-hosted-zones --query',
    reason: 'deletes a zone that the pages after it need, and that the service still uses',
  },
  {
    document: 'domain-and-https.md',
    begins: 'npx generator-vibely https --zone',
    reason: "changes the repo, with the id of the reader's own zone",
  },
  ...['rehearse', 'restore', 'compare'].map((command) => ({
    document: 'restore-a-dump.md',
    begins: `npm run ops -- db ${command} OLD_DATABASE_URL`,
    reason: 'reads the old database; ops-database.e2e.ts has one',
  })),
  ...[
    ['restore-a-dump.md', 'db shell'],
    ['secrets.md', 'exec'],
  ].map(([document = '', command]) => ({
    document,
    begins: `npm run ops -- ${command}`,
    reason: 'opens a session, which takes a program of AWS and a terminal',
  })),
  {
    document: 'vercel.md',
    begins: "printf 'https://api.example.com' | vercel env add",
    reason: 'changes a project at Vercel',
  },
  {
    document: 'vercel.md',
    begins: 'npx generator-vibely https --frontend',
    reason: "changes the repo, with the reader's own addresses",
  },
];

export function exceptionFor(block: Block): Exception | undefined {
  return exceptions.find(
    ({ document, begins }) => document === block.document && block.code.startsWith(begins),
  );
}

/** Commands that a person is asked about, and those that hold a stream for a minute and a half at their end. */
const asking = /npm run ops -- ((?!teardown)[a-z]+(?: [a-z-]+)?)\b[^\n]*--env prod/g;
const holding = /npm run ops -- (?:deploy|rollback)\b[^\n]*/g;
/** A snapshot by a name that a command has printed before; the newest is it. */
const printed = /^SNAPSHOT=\S+$/m;
const newest =
  "SNAPSHOT=$(aws rds describe-db-snapshots --query 'sort_by(DBSnapshots, &SnapshotCreateTime)[-1].DBSnapshotIdentifier' --output text)";
const tearing = /npm run ops -- teardown --env (\w+)[^\n]*/g;

/**
 * A block with what a person types and answers: nobody sits at a test, nor waits that long.
 * @param changes whether a command changes something, and so asks before prod
 */
export function unattended(code: string, changes: (command: string) => boolean): string {
  return code
    .replace(asking, (line, command: string) => (changes(command) ? `${line} --yes` : line))
    .replace(printed, () => newest)
    .replace(holding, (line) => `${line} --hold 1s`)
    .replace(tearing, (line, name: string) => `${line} --confirm shop-${name}`);
}

/** The commands of ops/ that a block names. */
export function commandsIn(code: string): string[] {
  return [...code.matchAll(/npm run (?:--silent )?ops -- ([a-z]+)/g)].map(([, command]) => command as string);
}
