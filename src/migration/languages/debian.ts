import { gap } from '../findings.ts';
import type { Finding } from '../plan.ts';
import type { SourceRepo } from '../repo.ts';
import { below } from './build.ts';

/** Debian packages of a dependency: to compile it, and to run it. */
interface Needs {
  readonly build?: readonly string[];
  readonly run?: readonly string[];
}

const compiler = ['build-essential'];

/** Python packages that a slim image cannot install or run by itself. Those with wheels of their own are not here. */
const python: Readonly<Record<string, Needs>> = {
  psycopg2: { build: [...compiler, 'libpq-dev'], run: ['libpq5'] },
  psycopg: { run: ['libpq5'] },
  'psycopg-c': { build: [...compiler, 'libpq-dev'], run: ['libpq5'] },
  mysqlclient: { build: [...compiler, 'pkg-config', 'default-libmysqlclient-dev'], run: ['libmariadb3'] },
  uwsgi: { build: [...compiler, 'libpcre2-dev'], run: ['libpcre2-8-0', 'libxml2'] },
  pycurl: { build: [...compiler, 'libcurl4-openssl-dev', 'libssl-dev'], run: ['libcurl4'] },
  'python-ldap': {
    build: [...compiler, 'libldap-dev', 'libsasl2-dev'],
    run: ['libldap-2.5-0', 'libsasl2-2'],
  },
  pyodbc: { run: ['unixodbc'] },
  'python-magic': { run: ['libmagic1'] },
  weasyprint: { run: ['libpango-1.0-0', 'libpangoft2-1.0-0', 'libharfbuzz-subset0'] },
  cairosvg: { run: ['libcairo2'] },
  pycairo: { build: [...compiler, 'pkg-config', 'libcairo2-dev'], run: ['libcairo2'] },
  'opencv-python': { run: ['libgl1', 'libglib2.0-0'] },
  'opencv-contrib-python': { run: ['libgl1', 'libglib2.0-0'] },
  pytesseract: { run: ['tesseract-ocr'] },
  pdf2image: { run: ['poppler-utils'] },
  pydub: { run: ['ffmpeg'] },
  'ffmpeg-python': { run: ['ffmpeg'] },
  xmlsec: { build: [...compiler, 'pkg-config', 'libxmlsec1-dev'], run: ['libxmlsec1-openssl'] },
  gdal: { build: [...compiler, 'libgdal-dev'], run: ['libgdal32'] },
  'python3-saml': { build: [...compiler, 'pkg-config', 'libxmlsec1-dev'], run: ['libxmlsec1-openssl'] },
  gitpython: { run: ['git'] },
};

/** Node packages likewise. */
const node: Readonly<Record<string, Needs>> = {
  prisma: { build: ['openssl', 'ca-certificates'], run: ['openssl', 'ca-certificates'] },
  '@prisma/client': { build: ['openssl', 'ca-certificates'], run: ['openssl', 'ca-certificates'] },
  'pg-native': { build: [...compiler, 'python3', 'libpq-dev'], run: ['libpq5'] },
  libpq: { build: [...compiler, 'python3', 'libpq-dev'], run: ['libpq5'] },
  canvas: {
    build: [
      ...compiler,
      'python3',
      'libcairo2-dev',
      'libpango1.0-dev',
      'libjpeg-dev',
      'libgif-dev',
      'librsvg2-dev',
    ],
    run: ['libcairo2', 'libpango-1.0-0', 'libpangocairo-1.0-0', 'libjpeg62-turbo', 'libgif7', 'librsvg2-2'],
  },
  'node-sass': { build: [...compiler, 'python3'] },
  argon2: { build: [...compiler, 'python3'] },
  bcrypt: { build: [...compiler, 'python3'] },
  sqlite3: { build: [...compiler, 'python3'] },
  'better-sqlite3': { build: [...compiler, 'python3'] },
  'fluent-ffmpeg': { run: ['ffmpeg'] },
};

const tables = { node, python } as const;

/** Packages that bring a browser, which no slim image can run by itself. */
const browsers = /^(playwright|@playwright\/test|puppeteer|selenium|pyppeteer)$/;

/** Names of dependencies that need a browser in the image. */
export const browsersOf = (names: Iterable<string>): string[] =>
  [...names].filter((name) => browsers.test(name));

/** The Debian packages that an app's dependencies need, sorted. */
export function debianPackages(
  language: 'node' | 'python',
  names: Iterable<string>,
  more: readonly string[] = [],
): { build: string[]; run: string[] } {
  const table = tables[language];
  const needs = [...names].flatMap((name) => (Object.hasOwn(table, name) ? [table[name] as Needs] : []));
  const sorted = (all: readonly string[]): string[] => [...new Set(all)].sort();
  return {
    build: sorted([...needs.flatMap(({ build = [] }) => build), ...more]),
    run: sorted([...needs.flatMap(({ run = [] }) => run), ...more]),
  };
}

/** Debian packages of a file that Heroku's and other builders read, one a line, with a gap for each line that is more than a name. */
export function aptfile(repo: SourceRepo, root: string): { packages: string[]; findings: Finding[] } {
  const file = below(root, 'Aptfile');
  const packages: string[] = [];
  const findings: Finding[] = [];
  for (const [index, raw] of (repo.text(file) ?? '').split('\n').entries()) {
    const text = raw.replace(/(^|\s)#.*$/, '').trim();
    if (/^[a-z0-9][a-z0-9.+-]+$/.test(text)) packages.push(text);
    else if (text !== '')
      findings.push(
        gap(
          'aptfile-line',
          `'${text}' in ${file} is not the plain name of a package.`,
          'It is not in the image: install it in the Dockerfile, with what it needs (its repository, its architecture, its file).',
          { file, line: index + 1 },
        ),
      );
  }
  return { packages, findings };
}
