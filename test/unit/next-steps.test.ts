import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Conflict } from '../../src/conflicts.ts';
import { type Done, nextSteps, stepsAfterChange } from '../../src/next-steps.ts';
import { answersWith } from '../support.ts';

const known = { devAccount: '111122223333', prodAccount: '444455556666', github: 'acme/shop' };
const done = (changed: Partial<Done> = {}): Done => ({
  answers: answersWith(known),
  directory: '/home/ada/shop',
  program: 'vibely',
  fresh: true,
  committed: true,
  installed: ['infra'],
  ...changed,
});
const commands = (changed?: Partial<Done>, from = '/home/ada'): string[] =>
  nextSteps(done(changed), from).flatMap((step) => step.commands);

describe('the steps that are left', () => {
  it('begin with going there, unless one stands there already', () => {
    assert.equal(commands()[0], 'cd shop');
    assert.ok(!commands({}, '/home/ada/shop').some((command) => command.startsWith('cd ')));
  });

  it('quote a folder that a shell would split', () => {
    assert.equal(commands({ directory: "/home/ada/ada's shop" })[0], "cd 'ada'\\''s shop'");
  });

  it('do not repeat what is done', () => {
    assert.ok(!commands().includes('npm --prefix infra ci'));
    assert.ok(!commands().includes('git add -A'));
    assert.ok(commands({ installed: [] }).includes('npm --prefix infra ci'));
    assert.deepEqual(
      commands({ committed: false }).filter((command) => command.startsWith('git ')),
      ['git init -b main', 'git add -A', 'git commit -m "Run on AWS"', 'git push --set-upstream origin HEAD'],
    );
  });

  it('ask for the accounts only where they are not known', () => {
    assert.ok(!commands().some((command) => command.includes('--dev-account')));
    const [ask] = commands({ answers: answersWith({ prodAccount: '444455556666' }) }).filter((command) =>
      command.startsWith('vibely'),
    );
    assert.equal(ask, 'vibely . --dev-account 111122223333 --yes');
  });

  it('commit a change under the name of what it is, and of the upgrade that it is beside', () => {
    const commit = (newer: boolean, feature: string): string | undefined =>
      stepsAfterChange({ answers: answersWith(known), stale: false, feature, newer })
        .flatMap((step) => step.commands)
        .find((command) => command.startsWith('git commit'));
    assert.equal(commit(false, 'waf'), 'git commit -m "Change waf"');
    assert.equal(
      commit(true, 'waf'),
      'git commit -m "Change waf, and take over what the newer templates have"',
    );
    for (const newer of [true, false])
      assert.equal(commit(newer, 'upgrade'), 'git commit -m "Take over what the newer templates have"');
  });

  it('say which origin was assumed to call the API, and how to say another one, as long as nobody has', () => {
    const said = (answers: Done['answers']): string => JSON.stringify(nextSteps(done({ answers })));
    const changed = (answers: Done['answers']): string =>
      JSON.stringify(stepsAfterChange({ answers, stale: false, feature: 'https' }));
    const https = { zone: '', devZone: '', frontend: '', devFrontend: '' };
    const assumed = answersWith({ ...known, domain: 'shop.co.uk', features: { https } });
    const told = answersWith({
      ...known,
      domain: 'shop.co.uk',
      features: { https: { ...https, frontend: 'https://shop.co.uk' } },
    });
    for (const steps of [said, changed]) {
      assert.match(steps(assumed), /https:\/\/www\.shop\.co\.uk .*frontendOrigin.*vibely https --frontend/);
      assert.doesNotMatch(steps(told), /--frontend/);
    }
    assert.doesNotMatch(said(answersWith(known)), /--frontend/);
  });

  it('make the repository at GitHub before bootstrap looks for it, and push once its workflows may log in', () => {
    assert.deepEqual(
      commands().filter((command) => /^(gh|git push)|bootstrap/.test(command)),
      [
        'gh repo create acme/shop --private --source .',
        'npm run ops -- bootstrap --env dev',
        'git push --set-upstream origin HEAD',
      ],
    );
    const later = nextSteps(done({ answers: answersWith({ ...known, github: '' }) }));
    assert.match(later.at(-1)?.title ?? '', /^Later, to deploy from GitHub/);
  });

  it('deploy in the order in which things stand on each other', () => {
    const deploy = commands().filter((command) => command.startsWith('npm run ops'));
    assert.deepEqual(deploy, [
      'npm run ops -- bootstrap --env dev',
      'npm run ops -- stacks --env dev',
      'npm run ops -- deploy --env dev',
    ]);
  });
});

describe('the steps after a change', () => {
  const after = (conflicts: Conflict[]): string[] =>
    stepsAfterChange({ answers: answersWith(known), stale: true, feature: 'waf', conflicts }).flatMap(
      ({ title, commands: typed }) => [title, ...typed],
    );

  it('begin with the files in conflict, which nothing else can be committed before', () => {
    const marked = after([
      { path: 'a.md', base: undefined, theirs: Buffer.from('x') },
      { path: 'b.ts', base: undefined, theirs: undefined },
    ]);
    assert.match(marked[0] ?? '', /in conflict/);
    assert.equal(marked[1], 'git add a.md');
    assert.match(marked[2] ?? '', /no longer generated.*: b\.ts\.$/);
    assert.match(
      after([{ path: 'b.ts', base: undefined, theirs: undefined }])[0] ?? '',
      /no longer generated/,
    );
  });

  it('commit an upgrade under a name that says what it was', () => {
    const [, look] = stepsAfterChange({ answers: answersWith(), stale: true, feature: 'upgrade' });
    assert.equal(look?.commands.at(-1), 'git commit -m "Take over what the newer templates have"');
  });

  it('begin with the installation where there is no conflict', () =>
    assert.match(after([])[0] ?? '', /^Install/));
});
