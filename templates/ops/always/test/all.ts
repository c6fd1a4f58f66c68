// All tests in one process: loading the AWS SDK takes longer than most of them do.
import { readdirSync } from 'node:fs';

// What stands in for AWS is ready at once.
process.env.POLL_SECONDS ??= '0.02';
for (const file of readdirSync(new URL('.', import.meta.url))) {
  if (file.endsWith('.test.ts')) await import(`./${file}`);
}
