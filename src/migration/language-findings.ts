import { parseLine, quoteWords } from './commands.ts';
import type { Division } from './commands-divide.ts';
import { getsSignals } from './commands-exec.ts';
import type { StartCommand } from './commands-start.ts';
import { gap, note, warning } from './findings.ts';
import { below } from './languages/build.ts';
import type { Evidence, Finding, Service, ShellLine } from './plan.ts';

/** What is to be said of a line that was taken apart. */
export function divisionFindings(line: ShellLine | undefined, division: Division, what: string): Finding[] {
  if (line === undefined) return [];
  const { evidence, text } = line;
  const { error, steps } = parseLine(text);
  const said = (texts: readonly { text: string }[]): string =>
    texts.map((step) => `'${step.text}'`).join(', ');
  const findings: Finding[] = [];
  if (error !== undefined)
    findings.push(
      gap(
        'command-invalid',
        `A shell would refuse the ${what} command: ${error}.`,
        'Mend it and run this again; it is taken over as it stands.',
        evidence,
      ),
    );
  if (steps.some(({ shell }) => shell === 'here-document'))
    findings.push(
      note(
        'here-document',
        `The ${what} command has a here-document (<<).`,
        'It was taken over as a whole: nothing in it has moved to the build or to the release step. Put the text into a file of the repo, and the command can be taken apart.',
        evidence,
      ),
    );
  if (division.release.length > 0 && what !== 'release')
    findings.push(
      note(
        'release-moved',
        `The ${what} command changes the database: ${said(division.release)}.`,
        'It has become the release step, which runs once for each deployment, before the new version takes traffic.',
        evidence,
      ),
    );
  if (division.stuck.length > 0)
    findings.push(
      warning(
        'release-stuck',
        `${said(division.stuck)} changes the database in the middle of the ${what} command and could not be taken out.`,
        'Make it a command of its own: it must run once for each deployment, and not in each task.',
        evidence,
      ),
    );
  if (division.failureIgnored.length > 0)
    findings.push(
      warning(
        'release-failure-ignored',
        `A failure of ${said(division.failureIgnored)} was ignored.`,
        'As the release step it ends the deployment, and the old version stays. Try it on a copy of the database first.',
        evidence,
      ),
    );
  if (division.background.length > 0)
    findings.push(
      warning(
        'several-processes',
        `The ${what} command leaves ${said(division.background)} running beside the server.`,
        'If that process ends, nobody starts it again: make it a worker of its own.',
        evidence,
      ),
    );
  if (what === 'start' && division.build.length > 0)
    findings.push(
      note(
        'build-moved',
        `The start command builds: ${said(division.build)}.`,
        'It has become a step of the image, so that each task starts at once.',
        evidence,
      ),
    );
  return findings;
}

/** For a command behind a shell that stays in front of it. */
export function signalFindings(words: readonly string[], place: readonly Evidence[]): Finding[] {
  if (getsSignals(words)) return [];
  return [
    warning(
      'shell-keeps-sigterm',
      'A shell stays in front of what the start command starts, and keeps SIGTERM to itself.',
      'Let one command be the last and run in the foreground, and make the others workers: until then each stop takes the whole grace period, and open requests are cut off.',
      place,
    ),
  ];
}

/** For a script that is left as it is, because what it runs must not be written down elsewhere. */
export const secretInScript = (what: string, place: Evidence): Finding =>
  gap(
    'secret-in-script',
    `${what} has a secret in it.`,
    'It was not looked into, and runs as it is. Make a new one, for whoever has the repo knows this one; let the script read it from a variable, and push that as a secret.',
    place,
  );

/** What is to be said of how a service starts. */
export function commandFindings(
  service: Service,
  {
    own,
    app,
  }: {
    readonly own?: { readonly entryPoint: readonly string[]; readonly file: string };
    readonly app?: unknown;
  },
  command: StartCommand | undefined,
  start: ShellLine | undefined,
): Finding[] {
  const place = start?.evidence ?? service.evidence;
  const findings = signalFindings(command?.words ?? [], place);
  if (command?.wrapper !== undefined)
    findings.push(
      warning(
        'npm-keeps-sigterm',
        `${command.wrapper} stands between the container and the app, and keeps SIGTERM to itself.`,
        'Start the program itself: at each deployment its open requests are cut off otherwise.',
        place,
      ),
    );
  if (own && service.start && own.entryPoint.length > 0)
    findings.push(
      note(
        'docker-entrypoint',
        `The image has an entry point, ${quoteWords(own.entryPoint)}, which gets the command as its arguments.`,
        'See that it ends in exec "$@".',
        [{ file: own.file, line: 1 }],
      ),
    );
  if (app && command === undefined)
    findings.push(
      gap(
        'start-unknown',
        `Nothing says how ${service.name} starts.`,
        'Say it: the command that the old platform runs.',
        place,
      ),
    );
  if (command?.listen && /development/.test(command.listen.reason))
    findings.push(
      warning(
        'development-server',
        command.listen.reason,
        'Serve it with gunicorn or uvicorn before it takes traffic.',
        place,
      ),
    );
  return findings;
}

/** For a language that nothing here builds. */
export function bringDockerfile(service: Service): Finding {
  const { root, evidence, name, runtime } = service;
  const language =
    runtime === undefined
      ? 'No language that is known was found'
      : `The language ${runtime} has no Dockerfile of ours`;
  return gap(
    'bring-a-dockerfile',
    `${language} for ${name}${root === '' ? '' : ` in ${root}`}.`,
    `Write ${below(root, 'Dockerfile')}: FROM an image of the language, COPY . ., RUN the build, USER 10001, CMD ["the", "command"] that listens on 0.0.0.0:$PORT. Everything around it is written all the same.`,
    evidence.length > 0 ? evidence : [{ file: '.', line: 1 }],
  );
}
