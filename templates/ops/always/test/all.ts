// All tests in one process: loading the AWS SDK takes longer than most of them do.
import { readdirSync } from 'node:fs';

for (const file of readdirSync(new URL('.', import.meta.url))) {
  if (file.endsWith('.test.ts')) await import(`./${file}`);
}
