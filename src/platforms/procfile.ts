import { gap, note, warning } from '../migration/findings.ts';
import type { Evidence, Finding } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';

/** A line `name: command` of a Procfile. */
export interface ProcessLine {
  readonly name: string;
  readonly command: string;
  readonly place: Evidence;
}

/** What a Procfile says. */
export interface Procfile {
  readonly processes: readonly ProcessLine[];
  readonly findings: readonly Finding[];
}

/** A process as Heroku takes it: letters, digits, `_` and `-`, a colon, a command. */
const process = /^([A-Za-z0-9_-]+):\s*(.*?)\s*$/;

/** A Procfile that is there and says nothing: a program was saved under its name, or it has another encoding. */
export const noText = (repo: SourceRepo, file: string): Finding[] =>
  !repo.has(file) || repo.text(file) !== undefined
    ? []
    : [
        gap(
          'procfile-unreadable',
          `${file} is no text, or larger than 1 MB.`,
          'Save it as plain text in UTF-8, with lines of the form name: command, and run this again.',
          { file, line: 1 },
        ),
      ];

/** Reads a Procfile. What Heroku would not take for a process is a finding, never a guess. */
export function readProcfile(repo: SourceRepo, file: string): Procfile {
  const processes: ProcessLine[] = [];
  const findings = noText(repo, file);
  for (const [index, raw] of (repo.text(file) ?? '').split('\n').entries()) {
    const line = raw.trim();
    const place = { file, line: index + 1 };
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', command = ''] = process.exec(line) ?? [];
    const twice = processes.findIndex((one) => one.name === name);
    if (line.startsWith('//'))
      findings.push(
        note(
          'procfile-comment',
          'A comment in a Procfile begins with #; this line was left out.',
          'Write # instead of //.',
          place,
        ),
      );
    else if (name === '' || command === '')
      findings.push(
        warning(
          'procfile-not-a-process',
          `'${line}' is no line of the form name: command.`,
          'Heroku leaves it out, and so does the plan. Mend it or delete it.',
          place,
        ),
      );
    else {
      if (twice >= 0) {
        findings.push(
          warning(
            'procfile-twice',
            `The process ${name} stands here a second time.`,
            'Heroku takes the last one, and so does the plan.',
            place,
          ),
        );
        processes.splice(twice, 1);
      }
      processes.push({ name, command, place });
    }
  }
  return { processes, findings };
}
