import { it } from 'node:test';
import fc from 'fast-check';
import { parseLine } from '../../../src/migration/commands.ts';
import { divideSteps, lineOfSteps } from '../../../src/migration/commands-divide.ts';
import { containerCommand } from '../../../src/migration/commands-exec.ts';
import { portOfSteps } from '../../../src/migration/commands-port.ts';
import { startCommand } from '../../../src/migration/commands-start.ts';
import { readCron } from '../../../src/migration/cron.ts';
import { packageName } from '../../../src/migration/languages/requirements.ts';
import { nodeMajor, pythonMinor } from '../../../src/migration/languages/versions.ts';

const words = fc.constantFrom(
  ...`cd .. a && || ; | ( ) " ' $PORT \` npm run start true & { } if then fi > <<EOF # \\ * -p 3000 export A=1 constructor`.split(
    ' ',
  ),
  'alembic upgrade head',
  '\n',
);
const lines = fc.oneof(
  fc.string(),
  fc.array(words, { maxLength: 14 }).map((some) => some.join(' ')),
);

it('takes any text for a line, a version, a requirement or a schedule without an error', () => {
  const source = (text: string) => ({ script: () => text, isInstalled: () => true });
  fc.assert(
    fc.property(lines, (text) => {
      const { steps } = parseLine(text);
      for (const place of ['build', 'start', 'release'] as const) lineOfSteps(divideSteps(steps, place).run);
      portOfSteps(steps);
      containerCommand(text);
      startCommand(text, source(text));
      nodeMajor(text);
      pythonMinor(text);
      packageName(text);
      readCron({ text, evidence: [] });
    }),
    { numRuns: 2_000 },
  );
});
