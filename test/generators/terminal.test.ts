import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { declarations } from '../../src/answers.ts';
import { bin, scratch } from '../support.ts';

interface Session {
  code: number | null;
  screen: string;
}

/**
 * Runs the bin in a pseudo-terminal (util-linux `script`) and types each key when the screen shows its cue.
 * Fails after 30 s with what the screen shows.
 */
function session(cwd: string, args: string[], keys: [cue: RegExp, typed: string][]): Promise<Session> {
  const command = [process.execPath, bin, ...args].join(' ');
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd,
    env: { ...process.env, TERM: 'xterm', COLUMNS: '120' },
  });
  const waiting = [...keys];
  let screen = '';
  let seen = 0;
  child.stdout.on('data', (chunk) => {
    screen += stripVTControlCharacters(String(chunk));
    const cue = waiting[0]?.[0].exec(screen.slice(seen));
    if (!cue) return;
    seen = screen.length;
    child.stdin.write(waiting.shift()?.[1] ?? '');
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill();
      reject(new Error(`still waiting for ${waiting[0]?.[0]}:\n${screen}`));
    }, 30_000);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, screen });
    });
  });
}

const cue = (question: string): RegExp => new RegExp(question.replace(/[?()]/g, '\\$&'));

describe('a person at a terminal', () => {
  it('is asked every question in order, sees the plan, and gets the repo', async () => {
    const home = scratch();
    const typed: Record<string, string> = {
      name: 'kiosk\r',
      backend: '\u001b[B\r',
      sse: 'n\r',
      domain: 'api.example.com\r',
    };
    const questions = Object.entries(declarations).map(([key, { question }]): [RegExp, string] => [
      cue(question),
      typed[key] ?? '\r',
    ]);
    const { code, screen } = await session(
      home,
      ['shop', '--skip-install'],
      [...questions, [/Write it\?/, '\r']],
    );
    assert.equal(code, 0, screen);
    assert.match(screen, /together.*\d/);
    const stored = JSON.parse(readFileSync(join(home, 'shop/.yo-rc.json'), 'utf8'))['generator-vibely'];
    assert.deepEqual(
      [stored.name, stored.backend, stored.sse, stored.domain],
      ['kiosk', 'node', false, 'api.example.com'],
    );
  });

  it('is told what is wrong with an answer, and asked again', async () => {
    const home = scratch();
    const { code, screen } = await session(
      home,
      ['shop', '--skip-install'],
      [
        [cue(declarations.name.question), '_\r'],
        [/cannot be used in AWS/, '\u0003'],
      ],
    );
    assert.equal(code, 1, screen);
  });

  it('who presses Ctrl-C at a question gets no stack trace and no files', async () => {
    const home = scratch();
    const { code, screen } = await session(home, ['shop'], [[cue(declarations.name.question), '\u0003']]);
    assert.equal(code, 1);
    assert.match(screen, /VIB002 Stopped/);
    assert.doesNotMatch(screen, /\n\s+at /);
    assert.deepEqual(readdirSync(home), []);
  });

  it('who says no to the plan gets no files', async () => {
    const home = scratch();
    const flags = [
      'shop',
      '--name',
      'shop',
      '--backend',
      'node',
      '--sse',
      '--database',
      '--domain',
      "''",
      '--github',
      "''",
      '--dev-account',
      '111122223333',
      '--prod-account',
      '444455556666',
      '--region',
      'eu-central-1',
      '--architecture',
      'arm64',
    ];
    const { code, screen } = await session(home, flags, [[/Write it\?/, 'n\r']]);
    assert.equal(code, 1, screen);
    assert.ok(!existsSync(join(home, 'shop')));
  });
});
