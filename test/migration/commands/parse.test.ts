import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { joinLines, joinSteps, parseLine, programOf, quoteWords } from '../../../src/migration/commands.ts';

describe('a line for a shell', () => {
  it('is taken apart at &&, ||, ; and line ends, and not inside of quotes', () => {
    const { steps, error } = parseLine('a "x && y" && b \'c; d\' || e; f\ng');
    assert.deepEqual(
      steps.map(({ words, joiner }) => [words, joiner]),
      [
        [['a', 'x && y'], '&&'],
        [['b', 'c; d'], '||'],
        [['e'], ';'],
        [['f'], ';'],
        [['g'], undefined],
      ],
    );
    assert.equal(error, undefined);
  });

  it('keeps a variable as it is written and says that a shell is needed for it', () => {
    const [step] = parseLine(`gunicorn "app:create_app()" --bind "0.0.0.0:\${PORT:-8000}"`).steps;
    assert.deepEqual(step?.words, ['gunicorn', 'app:create_app()', '--bind', `0.0.0.0:\${PORT:-8000}`]);
    assert.equal(step?.shell, 'variable');
  });

  it('with a here-document is one step, with all of its text', () => {
    for (const line of [
      'cat > a.ini <<EOF\nA=$X; b && c\nEOF\ngunicorn a:b',
      'cd x && cat <<-A && cat <<"B"\n\tone\n\tA\ntwo\nB',
      '(cat <<X\none\nX\n) | sort',
    ]) {
      const { steps, error } = parseLine(`${line}\n`);
      assert.deepEqual(
        steps.map(({ text, words, shell }) => [text, words, shell]),
        [[line, [], 'here-document']],
      );
      assert.equal(error, undefined);
    }
    assert.equal(parseLine('cat <<< "one" && echo $((1<<2))').steps.length, 2);
  });

  it('is joined to others so that nothing stands behind the end of a here-document', () => {
    const joined = joinLines(['cat <<A\none\nA', 'cat <<A\ntwo\nA', 'echo three']);
    assert.equal(spawnSync('sh', ['-c', joined], { encoding: 'utf8' }).stdout, 'one\ntwo\nthree\n');
    assert.equal(joinLines(['a', 'b']), 'a && b');
  });

  const work: [string, string | undefined][] = [
    ['node server.js', undefined],
    ['node \'a*b\' "c d"', undefined],
    ['node $FILE', 'variable'],
    ["node '$FILE'", undefined],
    ['A=$B node x', 'variable'],
    ['java -jar target/*.jar', 'pattern'],
    ['echo $(date)', 'substitution'],
    ["echo '' > .env", 'redirection'],
    ['a 2>&1', 'redirection'],
    ['a | tee log', 'pipe'],
    ['(cd x; a)', 'compound'],
    ['if [ -f x ]; then a; fi', 'compound'],
    ['ls ~/x', 'variable'],
  ];
  for (const [line, expected] of work)
    it(`needs a shell for ${expected ?? 'nothing'} in ${line}`, () => {
      assert.equal(parseLine(line).steps[0]?.shell, expected);
    });

  it('gives the variables that are set for one command', () => {
    const [step] = parseLine('NODE_ENV=production A="b c" node x.js').steps;
    assert.deepEqual(step?.variables, [
      { name: 'NODE_ENV', value: 'production' },
      { name: 'A', value: 'b c' },
    ]);
    assert.deepEqual(step?.words, ['node', 'x.js']);
  });

  it('has the words of all commands of a pipe or a subshell', () => {
    const [step] = parseLine('(cd web && npm ci) | cat').steps;
    assert.deepEqual(step?.commands, [['cd', 'web'], ['npm', 'ci'], ['cat']]);
  });

  it('says why a shell would refuse it', () => {
    assert.match(parseLine('gunicorn "app').error ?? '', /double quote/);
    assert.ok(parseLine('if x; then').error);
  });

  it('has no steps where it is empty or a comment', () => {
    assert.deepEqual(parseLine('').steps, []);
    assert.deepEqual(parseLine('# npm start\n').steps, []);
  });

  it('is put together again as it was', () => {
    for (const line of ['a && b || c; d', 'A=1 b "c d" > e && (f; g)', 'a & b &'])
      assert.equal(joinSteps(parseLine(line).steps).replaceAll('; ', ' ; '), line.replaceAll('; ', ' ; '));
  });

  it('survives half a megabyte of brackets', () => {
    assert.ok(parseLine('('.repeat(500_000)).steps.length >= 0);
  });
});

describe('the program of a command', () => {
  const cases: [string, string][] = [
    ['env DD_SERVICE=worker ddtrace-run python -m gunicorn x:app', 'gunicorn x:app'],
    ['bin/start-nginx bin/start-pgbouncer newrelic-admin run-program uwsgi uwsgi.ini', 'uwsgi uwsgi.ini'],
    ['poetry run python3.12 manage.py migrate', 'python manage.py migrate'],
    ['uv run --no-sync --extra prod uvicorn app:app', 'uvicorn app:app'],
    ['npx --yes prisma migrate deploy', 'prisma migrate deploy'],
    ['pnpm exec next start', 'next start'],
    ['/app/.venv/bin/celery -A app worker', 'celery -A app worker'],
    ['dotenv -e .env -- node x.js', 'node x.js'],
    ['exec env A=1 node x.js', 'node x.js'],
    ['python -m app', 'app'],
    ['npx', 'npx'],
  ];
  for (const [line, expected] of cases)
    it(`is ${expected} in ${line}`, () => {
      assert.equal(programOf(line.split(' ')).join(' '), expected);
    });
});

it('quotes words that a shell would read otherwise', () => {
  assert.equal(quoteWords(['a', 'b c', "d'e", '$F']), String.raw`a 'b c' 'd'\''e' '$F'`);
});
