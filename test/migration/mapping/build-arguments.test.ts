import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describePlan } from '../../../src/migration/describe.ts';
import { readPlan } from '../../../src/migration/read.ts';
import { repoWith } from '../tree.ts';
import { mapped } from './plans.ts';

const token = 'ghp_0123456789SENTINEL';
const docker = 'FROM node:24-slim\nARG NODE_VERSION=18\nARG SAME=1\nARG API_TOKEN\nCMD ["node", "a.js"]\n';

const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'fly.toml': {
    Dockerfile: docker,
    'fly.toml': `app = "a"\n[http_service]\ninternal_port = 8080\n[build.args]\nNODE_VERSION = "20.1"\nSAME = "1"\nUNKNOWN = "x"\nAPI_TOKEN = "${token}"\n`,
  },
  'heroku.yml': {
    Dockerfile: docker,
    'heroku.yml': `build:\n  docker:\n    web: Dockerfile\n  config:\n    NODE_VERSION: "20.1"\n    SAME: "1"\n    API_TOKEN: ${token}\n`,
  },
  'render.yaml': {
    Dockerfile: docker,
    'render.yaml': `services:\n  - {type: web, name: a, runtime: docker, envVars: [{key: NODE_VERSION, value: "20.1"}, {key: SAME, value: "1"}, {key: API_TOKEN, value: ${token}}]}\n`,
  },
};

for (const [file, files] of Object.entries(cases))
  describe(`The arguments of a build in ${file}`, () => {
    it('are gaps where the Dockerfile of the owner has another default, or none', async () => {
      const { migration } = await mapped(files);
      const gaps = migration.findings.filter(({ id }) => id === 'build-argument');
      assert.deepEqual(
        gaps.map(({ level, what }) => [level, what]),
        [
          ['gap', 'The build was given NODE_VERSION, with the value "20.1".'],
          ['gap', 'The build was given API_TOKEN, whose value is secret or not in the repo.'],
        ],
      );
    });

    it('are not shown where they are secrets, and are told of', async () => {
      const plan = await readPlan(repoWith(files), {});
      const goes = await mapped(files);
      const all = `${describePlan(plan, goes)}${JSON.stringify(plan)}${JSON.stringify(goes)}`;
      assert.ok(!all.includes('SENTINEL'), all);
      assert.ok(plan.findings.some(({ id, what }) => id === 'secret-in-repo' && what.includes('API_TOKEN')));
    });
  });
