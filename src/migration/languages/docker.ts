import { hasSecret } from '../commands-secrets.ts';
import { gap, note, warning } from '../findings.ts';
import type { Evidence, Finding } from '../plan.ts';
import type { SourceRepo } from '../repo.ts';
import { type BuildVariable, below } from './build.ts';
import {
  argumentsIn,
  execForm,
  type Instruction,
  instructions,
  last,
  lineage,
  type Stage,
  stagesOf,
} from './docker-instructions.ts';

/** What the owner's own Dockerfile says, of the stage that is run. */
export interface DockerReading {
  /** Port of EXPOSE, or of `ENV PORT`; absent where it names none. */
  readonly port?: number;
  /** Words of ENTRYPOINT; empty where there is none. A shell form is `sh -c …`. */
  readonly entryPoint: readonly string[];
  /** Words of CMD in exec form. */
  readonly command: readonly string[];
  /** CMD in shell form, as a line. */
  readonly commandLine?: string;
  /** Its ARGs, with their defaults where they have one that may be shown. */
  readonly arguments: readonly BuildVariable[];
  readonly findings: readonly Finding[];
}

/** Whether an instruction has a secret in it. For a build, a value under a secret's name is often one of no meaning. */
const isSecret = ({ name, text }: Instruction): boolean => {
  if (name === 'ARG' || name === 'RUN') return hasSecret(text, false);
  // `ENV NAME value` is an old way to write `ENV NAME=value`.
  if (name === 'ENV') return hasSecret(text.replace(/^(\w+)\s+(?!=)/, '$1='));
  return (name === 'CMD' || name === 'ENTRYPOINT') && hasSecret(text);
};

function secretFindings(file: string, all: readonly Instruction[]): Finding[] {
  return all
    .filter(isSecret)
    .map(({ name, line }) =>
      gap(
        'secret-in-dockerfile',
        `${name} in ${file} has a secret in it.`,
        'Whoever has the repo or the image knows it. Make a new one, take this one out, and push it as a variable: npm --prefix ops run ops -- secrets set NAME --env dev',
        { file, line },
      ),
    );
}

/** Images that run as a user of their own without saying so. */
const unprivileged = /nonroot|distroless\/.*:nonroot|bitnami\/|nginx-unprivileged|cgr\.dev\/chainguard/;

function imageFindings(file: string, stages: readonly Stage[]): Finding[] {
  const names = new Set(stages.map(({ name }) => name));
  return stages.flatMap(({ image, from }) => {
    const place = { file, line: from.line };
    const findings: Finding[] = [];
    if (names.has(image) || image === 'scratch') return findings;
    const tag = /@sha256:/.test(image) ? 'digest' : /:([\w.-]+|\$\{?\w+.*)$/.exec(image)?.[1];
    if (tag === undefined || tag === 'latest')
      findings.push(
        warning(
          'docker-latest-tag',
          `The image ${image} has no version.`,
          'Write the version that it has today: the next build may get another one.',
          place,
        ),
      );
    if (/--platform=\S*amd64/.test(from.text))
      findings.push(
        warning(
          'docker-amd64',
          'The Dockerfile is for x86_64.',
          'Answer x86_64 for the processor, or take --platform out.',
          place,
        ),
      );
    return findings;
  });
}

function portOf(lines: readonly Instruction[]): number | undefined {
  const exposed = lines.filter(({ name }) => name === 'EXPOSE').flatMap(({ text }) => text.split(/\s+/));
  const set = lines
    .filter(({ name }) => name === 'ENV' || name === 'ARG')
    .flatMap(({ text }) => /(?:^|\s)PORT[=\s]"?(\d+)"?/.exec(text)?.[1] ?? []);
  const numbers = [...set, ...exposed].map((text) => Number(/^(\d+)(\/tcp)?$/.exec(text)?.[1]));
  return numbers.find((port) => port > 0 && port < 65_536);
}

/** Whether an entry point passes its arguments on: `tini --`, `docker-entrypoint.sh`. */
function scriptOf(repo: SourceRepo, context: string, words: readonly string[]): string | undefined {
  const word = words.find((one) => one.endsWith('.sh'));
  const name = word?.slice(word.lastIndexOf('/') + 1);
  const paths = repo.paths.filter((path) => path === name || path.endsWith(`/${name}`));
  return name === undefined ? undefined : (paths.find((path) => path.startsWith(context)) ?? paths[0]);
}

function startFindings(
  repo: SourceRepo,
  context: string,
  file: string,
  lines: readonly Instruction[],
): Finding[] {
  const findings: Finding[] = [];
  const cmd = last(lines, 'CMD');
  const entry = last(lines, 'ENTRYPOINT');
  for (const [instruction, name] of [
    [cmd, 'CMD'],
    [entry, 'ENTRYPOINT'],
  ] as const)
    if (instruction && execForm(instruction.text) === undefined)
      findings.push(
        warning(
          'docker-shell-form',
          `${name} is in shell form: a shell starts the app, and keeps SIGTERM to itself.`,
          name === 'CMD'
            ? 'The task is given the command in a form that passes it on; write it as ["word", "word"] in the Dockerfile, too.'
            : 'Write it as ["word", "word"]; until then each stop takes the whole grace period.',
          { file, line: instruction.line },
        ),
      );
  const script = entry && scriptOf(repo, context, execForm(entry.text) ?? [entry.text]);
  const text = script === undefined ? '' : (repo.text(script) ?? '');
  const migrates = text
    .split('\n')
    .findIndex((line) =>
      /^[^#]*(\bmigrate\b|alembic upgrade|db:migrate|db upgrade|migration:run)/.test(line),
    );
  if (script !== undefined && migrates >= 0)
    findings.push(
      warning(
        'docker-entrypoint-migrates',
        `The entry point ${script} changes the database each time a task starts.`,
        'Two tasks that start together do it at once. Take it out of the script, and make it the release step.',
        { file: script, line: migrates + 1 },
      ),
    );
  if (!cmd && !entry)
    findings.push(
      note(
        'docker-no-command',
        'The Dockerfile has no CMD.',
        'The base image or the platform says what is run.',
        { file, line: 1 },
      ),
    );
  return findings;
}

/**
 * Reads the owner's own Dockerfile, which is kept as it is; `undefined` where it is not there.
 * @param target the stage that is run; the last one by default.
 */
export function readDocker(
  repo: SourceRepo,
  file: string,
  context: string,
  target?: string,
): DockerReading | undefined {
  const text = repo.text(file);
  if (text === undefined) return undefined;
  const all = instructions(text);
  const stages = stagesOf(all);
  const stage = stages.find(({ name }) => name !== undefined && name === target) ?? stages.at(-1);
  if (!stage)
    return {
      entryPoint: [],
      command: [],
      arguments: [],
      findings: [
        warning('docker-invalid', `${file} has no FROM.`, 'Mend it: no image comes of it.', {
          file,
          line: 1,
        }),
      ],
    };
  const lines = lineage(stages, stage).flatMap(({ body }) => body);
  const findings = [
    ...imageFindings(file, stages),
    ...secretFindings(file, all),
    ...startFindings(repo, context, file, lines),
  ];
  const user = last(lines, 'USER');
  const base = lineage(stages, stage)[0]?.image ?? '';
  const at = (line: number): Evidence => ({ file, line });
  if ((user === undefined && !unprivileged.test(base)) || /^(root|0)(:|$)/.test(user?.text ?? ''))
    findings.push(
      warning(
        'docker-root-user',
        'The image runs as root.',
        'Add a USER by number after the last step that needs root; give it what it writes with COPY --chown.',
        at(user?.line ?? stage.from.line),
      ),
    );
  const port = portOf(lines);
  if (port === undefined)
    findings.push(
      note(
        'docker-no-port',
        `${file} names no port.`,
        'The task sets PORT; add EXPOSE with the port on which the app listens.',
        at(stage.from.line),
      ),
    );
  if (!repo.has(below(context, '.dockerignore')) && !repo.has(`${file}.dockerignore`))
    findings.push(
      warning(
        'docker-no-ignore',
        'There is no .dockerignore: .env files, .git and node_modules would become part of the image.',
        'One is written; look through it.',
        at(1),
      ),
    );
  // What has a secret in it is not written down anywhere else.
  const [cmd, entry] = ['CMD', 'ENTRYPOINT'].map((name) => {
    const found = last(lines, name);
    return found && !isSecret(found) ? found : undefined;
  });
  const command = cmd ? execForm(cmd.text) : [];
  return {
    ...(port !== undefined && { port }),
    entryPoint: entry ? (execForm(entry.text) ?? ['sh', '-c', entry.text]) : [],
    command: command ?? [],
    ...(cmd && command === undefined && { commandLine: cmd.text }),
    arguments: all.filter(({ name }) => name === 'ARG').flatMap(argumentsIn),
    findings,
  };
}
