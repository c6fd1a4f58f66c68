import { databasesNeeded } from '../migration/needs.ts';
import type { PlatformReading } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';
import type { Platform } from './all.ts';
import { readFiles } from './railway-files.ts';
import { readProject } from './railway-project.ts';

function read(repo: SourceRepo): PlatformReading {
  const files = readFiles(repo);
  const project = readProject(repo);
  // A service cannot be managed by both; where a project's program is there, it is the newer.
  const names = new Set(project.readings.map(({ service }) => service.name));
  const readings = [...project.readings, ...files.readings.filter(({ service }) => !names.has(service.name))];
  const roots = readings.map(({ service }) => service.root);
  const isStated = project.databases.length > 0 || readings.length === 0;
  const needs = isStated ? { databases: [], findings: [] } : databasesNeeded(repo, roots);
  return {
    platform: 'railway',
    evidence: [...project.evidence, ...files.evidence],
    services: readings.map(({ service }) => service),
    databases: [...project.databases, ...needs.databases],
    ...files.region,
    findings: [
      ...project.findings,
      ...files.findings,
      ...readings.flatMap(({ findings }) => findings),
      ...needs.findings,
    ],
  };
}

/** Railway: railway.json and railway.toml of every name, the builders' files, and the program of a project. */
export const railway: Platform = { name: 'railway', title: 'Railway', read };
