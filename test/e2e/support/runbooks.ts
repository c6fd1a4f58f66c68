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
    begins: 'gh api --method PUT repos/acme/shop/environments/dev',
    reason: 'changes a repository at GitHub',
  },
  {
    document: 'first-deploy.md',
    begins: 'gh workflow run deploy.yml',
    reason: 'starts a workflow at GitHub',
  },
  {
    document: 'domain-and-https.md',
    begins: 'npx generator-vibely https --zone',
    reason: "changes the repo, with the id of the reader's own zone",
  },
  {
    document: 'restore-a-dump.md',
    begins: 'OLD_DATABASE_URL=',
    reason: 'reads the old database; the test writes a dump of its own instead',
  },
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
  {
    document: 'when-something-is-wrong.md',
    begins: 'aws logs tail /shop/dev/backend',
    reason: 'version 1 of the AWS CLI, the one that a package index has, has no `logs tail`',
  },
  {
    document: 'when-something-is-wrong.md',
    begins: 'aws logs tail /shop/prod/backend',
    reason: 'version 1 of the AWS CLI, the one that a package index has, has no `logs tail`',
  },
];

export function exceptionFor(block: Block): Exception | undefined {
  return exceptions.find(
    ({ document, begins }) => document === block.document && block.code.startsWith(begins),
  );
}
