import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseLine } from '../../../src/migration/commands.ts';
import { containerCommand } from '../../../src/migration/commands-exec.ts';
import { listenDefaults, portOfSteps } from '../../../src/migration/commands-port.ts';

describe('the port in a command', () => {
  const cases: [string, number | string | undefined][] = [
    ['granian --interface wsgi --host 0.0.0.0 --port 8013 main:app', 8013],
    ['uvicorn app:app --host 0.0.0.0 --port $PORT', 'PORT'],
    [`uvicorn app:app --port \${PORT:-8000}`, 'PORT 8000'],
    ['gunicorn app:app --bind 0.0.0.0:8000', 8000],
    ['gunicorn app:app --bind=0.0.0.0:5000', 5000],
    ['gunicorn app:app -b :$PORT', 'PORT'],
    ['gunicorn app:app -b:8000', 8000],
    ['hypercorn app:app --bind "[::]:$PORT"', 'PORT'],
    ['gunicorn app:app -w 4 --timeout 120', undefined],
    ['gunicorn app:app -p 8001', undefined],
    ['mkdir -p 2024 && node x.js', undefined],
    ['next start -p 3001', 3001],
    ['serve -s build -l 3000', 3000],
    ['serve -s build -l tcp://0.0.0.0:3000', 3000],
    ['python manage.py runserver 0.0.0.0:8000', 8000],
    ['PORT=5000 node x.js', 5000],
    ['env PORT=5000 node x.js', 5000],
    ['cd web && streamlit run x.py --server.port 8501', 8501],
    ['java $JAVA_OPTS -Dserver.port=$PORT -jar target/*.jar', 'PORT'],
    ['celery -A app worker -l info -P 8000', undefined],
    ['constructor -p 3000', 3000],
    ['node x.js', undefined],
  ];
  for (const [line, expected] of cases)
    it(`${line} has ${expected}`, () => {
      const port = portOfSteps(parseLine(line).steps);
      const said = port?.kind === 'variable' ? [port.name, port.fallback].join(' ').trim() : port?.port;
      assert.equal(said, expected);
    });
});

describe('a server that says nothing of where it listens', () => {
  const cases: [string, string | undefined][] = [
    ['gunicorn app:app', 'GUNICORN_CMD_ARGS=--bind 0.0.0.0:$PORT'],
    ['python -m gunicorn app:app', 'GUNICORN_CMD_ARGS=--bind 0.0.0.0:$PORT'],
    ['gunicorn -b :80 app:app', undefined],
    ['gunicorn -c python:app.conf app:app', undefined],
    ['uvicorn app:app', 'UVICORN_HOST=0.0.0.0 UVICORN_PORT=$PORT'],
    ['uvicorn app:app --host 0.0.0.0', 'UVICORN_HOST=0.0.0.0 UVICORN_PORT=$PORT'],
    ['uvicorn app:app --host 0.0.0.0 --port 80', undefined],
    ['uvicorn app:app --uds /tmp/socket', undefined],
    ['flask run', 'FLASK_RUN_HOST=0.0.0.0 FLASK_RUN_PORT=$PORT'],
    ['flask worker', undefined],
    ['python manage.py runserver', '0.0.0.0:$PORT'],
    ['python manage.py runserver 0.0.0.0:8000', undefined],
    ['./manage.py runserver', '0.0.0.0:$PORT'],
    ['daphne site.asgi:application', '-b 0.0.0.0 -p $PORT'],
    ['node x.js', undefined],
  ];
  for (const [line, expected] of cases)
    it(`${line} is given ${expected ?? 'nothing'}`, () => {
      const found = listenDefaults(line.split(' '));
      const variables = Object.entries(found?.variables ?? {}).map(([name, value]) => `${name}=${value}`);
      assert.equal(found && [...variables, ...found.append].join(' '), expected);
    });
});

describe('the command of a container', () => {
  const cases: [string, string[]][] = [
    ['node server.js', ['node', 'server.js']],
    ['exec node server.js', ['node', 'server.js']],
    ["gunicorn 'a:b()'", ['gunicorn', 'a:b()']],
    ['A=1 B="c d" node x.js', ['env', 'A=1', 'B=c d', 'node', 'x.js']],
    ['gunicorn a:b --bind :$PORT', ['sh', '-c', 'exec gunicorn a:b --bind :$PORT']],
    ['A=$B node x.js', ['sh', '-c', 'exec env A=$B node x.js']],
    ['cd web && node x.js', ['sh', '-c', 'cd web && exec node x.js']],
    ['a; b', ['sh', '-c', 'a; exec b']],
    ['a || b', ['sh', '-c', 'a || b']],
    ['a | tee x', ['sh', '-c', 'a | tee x']],
    ['node a.js & node b.js', ['sh', '-c', 'node a.js & exec node b.js']],
    ['node a.js &', ['sh', '-c', 'node a.js &']],
    ['[[ -f x ]] && node b.js', ['bash', '-c', '[[ -f x ]] && exec node b.js']],
    ["echo '' > .env && npm run x", ['sh', '-c', "echo '' > .env && exec npm run x"]],
  ];
  for (const [line, expected] of cases)
    it(`is ${JSON.stringify(expected)} for ${line}`, () => {
      assert.deepEqual(containerCommand(line).words, expected);
    });
});
