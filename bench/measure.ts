import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A command to be timed. Runs in a new empty folder each time, or in `cwd`. */
export interface Subject {
  name: string;
  command: string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** What the runs of a subject took: wall-clock seconds of every run, and the highest peak memory in MB. */
export interface Result {
  name: string;
  seconds: number[];
  peakMb: number;
}

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** Runs `command` and lets the kernel count: the largest resident set of the process and of those it waited for. */
const wrapper = `
import json, os, resource, subprocess, sys, time
start = time.perf_counter()
code = subprocess.call(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
took = time.perf_counter() - start
json.dump([code, took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024], open(sys.argv[1], 'w'))
`;

function once({ name, command, cwd, env }: Subject): { seconds: number; peakMb: number } {
  const folder = mkdtempSync(join(tmpdir(), 'vibely-bench-'));
  const report = join(folder, '.report.json');
  try {
    writeFileSync(join(folder, '.wrapper.py'), wrapper);
    const started = spawnSync('python3', [join(folder, '.wrapper.py'), report, ...command], {
      cwd: cwd ?? folder,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    if (started.status !== 0) throw new Error(`${name}: ${started.stderr}`);
    const [code, seconds, peakMb] = JSON.parse(readFileSync(report, 'utf8')) as [number, number, number];
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${command.join(' ')}`);
    return { seconds, peakMb };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Times subjects in turn, `rounds` times after one warm-up each, so that whatever else the machine does falls
 * on all of them alike.
 */
export function paired(subjects: readonly Subject[], rounds: number): Result[] {
  const results = subjects.map(({ name }): Result => ({ name, seconds: [], peakMb: 0 }));
  for (const subject of subjects) once(subject);
  for (let round = 0; round < rounds; round++)
    for (const [index, subject] of subjects.entries()) {
      const { seconds, peakMb } = once(subject);
      const result = results[index];
      if (!result) continue;
      result.seconds.push(seconds);
      result.peakMb = Math.max(result.peakMb, peakMb);
    }
  return results;
}
