import { gap, note, warning } from '../migration/findings.ts';
import type { Evidence, Finding } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';
import { child, placeOf, textOf } from '../migration/tree.ts';
import type { Addon } from './heroku-addons.ts';
import type { AppJson } from './heroku-app-json.ts';

/** Files that change a build on Heroku and are read by nobody else here. */
const otherFiles: Readonly<Record<string, readonly [id: string, what: string, fix: string]>> = {
  '.profile': [
    'heroku-profile',
    'The script .profile runs before each process.',
    'Nothing runs it here: put what it exports into the variables, and what it does into the Dockerfile.',
  ],
  'static.json': [
    'heroku-static',
    'static.json is of the buildpack for static pages.',
    'Serve the pages from Vercel, or from S3 with CloudFront; carry its routes and headers over by hand.',
  ],
  'project.toml': [
    'heroku-project-toml',
    "project.toml configures Cloud Native Buildpacks (Heroku's Fir).",
    'A Dockerfile takes the place of buildpacks; carry over what it asks for.',
  ],
  '.slugignore': [
    'heroku-slugignore',
    '.slugignore keeps files out of what Heroku runs.',
    'Copy its lines into .dockerignore.',
  ],
  '.buildpacks': [
    'heroku-buildpacks',
    '.buildpacks names several buildpacks.',
    'A Dockerfile takes their place: see that it does what each of them did.',
  ],
};

/** Buildpacks that a Dockerfile of ours, or nothing, takes the place of. */
const known = /(^|\/)(heroku-buildpack-)?(nodejs|python|apt|heroku-buildpack-apt)(\.git|#.*)?$/;

/** What is said of the buildpacks of an app. */
export function buildpackFindings({ buildpacks }: AppJson): Finding[] {
  const urls = buildpacks.map((node) => ({
    url: textOf(child(node, 'url')) ?? textOf(node) ?? '',
    place: placeOf(node),
  }));
  const strange = urls.filter(({ url }) => url !== '' && !known.test(url));
  const languages = urls.filter(({ url }) => /nodejs|python/.test(url));
  return [
    ...strange.map(({ url, place }) =>
      gap(
        'heroku-buildpack',
        `The buildpack ${url} has no twin here.`,
        'See what it puts into the image, and add that to the Dockerfile.',
        place,
      ),
    ),
    ...(languages.length > 1
      ? [
          gap(
            'heroku-several-languages',
            'It is built with Node and with Python, and the image here with the one that serves alone: what the other makes, such as the assets of the pages, is missing in it.',
            'Add a stage to the Dockerfile that makes it (for assets: npm ci && npm run build), and copy its output into the stage of the app, before the line that collects static files where there is one.',
            languages.map(({ place }) => place),
          ),
        ]
      : []),
  ];
}

/** For a process that the formation names alone. */
export const unknownProcess = ({ root }: AppJson, name: string): Finding =>
  warning(
    'heroku-formation-unknown',
    `The formation names ${name}, and no process is called so.`,
    'Take it out, or add the process.',
    placeOf(child(root, 'formation', name) ?? (root as NonNullable<typeof root>)),
  );

/** Files of Heroku that nothing here reads. */
export function fileFindings(repo: SourceRepo): Finding[] {
  return Object.entries(otherFiles).flatMap(([file, [id, what, fix]]) =>
    repo.has(file) ? [gap(id, what, fix, { file, line: 1 })] : [],
  );
}

/** Where nothing says what runs. */
export const noProcess = (evidence: readonly Evidence[]): Finding =>
  gap(
    'heroku-no-process',
    'No file says what runs, and Heroku has no default for this language.',
    'Write a Procfile with a line web: COMMAND, as heroku ps shows it, and run this again.',
    evidence,
  );

/** What no file of an app on Heroku shows, and only its owner can see. */
export function notInRepo(addons: readonly Addon[], evidence: readonly Evidence[]): Finding[] {
  const scheduler = addons.some(({ plan }) => /^(scheduler|crontogo|advanced-scheduler)/.test(plan));
  return [
    note(
      'heroku-config-vars',
      'The values of the variables are not in the repo.',
      'heroku config --shell > heroku.env, and give it with --variables heroku.env: only their names are read into the plan.',
      evidence,
    ),
    ...(scheduler
      ? []
      : [
          gap(
            'heroku-scheduler',
            'Whether jobs run by Heroku Scheduler is not in the repo.',
            'See it with heroku addons; copy each job with its time (UTC) with vibely cron.',
            evidence,
          ),
        ]),
  ];
}
