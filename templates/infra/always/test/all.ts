// All tests in one process: loading CDK takes some seconds, which a process for each file would take each time.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

for (const file of readdirSync(__dirname)) {
  if (file.endsWith('.test.ts')) require(join(__dirname, file));
}
