import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after } from 'node:test';
import { environmentOf } from '../lib/settings.ts';
import { type Target, targetOf } from '../lib/target.ts';

/**
 * What AWS answers to an operation: JSON, which is an error where it has a `__type`, or XML as text, to a question in
 * JSON or in a form.
 */
export type Answers = Record<
  string,
  (input: Record<string, unknown>, address: string, form: URLSearchParams) => object | string
>;

const block = {
  account: '123456789012',
  region: 'eu-central-1',
  architecture: 'arm64',
  cpu: 512,
  memoryMiB: 1024,
  minTasks: 1,
  maxTasks: 1,
  idleTimeoutSeconds: 60,
  protected: false,
  secrets: [],
  imagesFrom: null,
} as const;

/** An error in XML is `{ __type: 'xml', text }`. */
function textOf(answer: object | string | undefined): string {
  if (typeof answer === 'string') return answer;
  return answer && 'text' in answer ? String(answer.text) : JSON.stringify(answer ?? {});
}

/**
 * Environment dev of an app `shop`, in an AWS that knows these answers; it ends with the test file.
 * @param more of the environment's block in settings.json
 */
export async function startAws(answers: Answers, more: object = {}): Promise<Target> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const address = `http://${request.headers.host}`;
    const json = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    const form = new URLSearchParams(json ? '' : body);
    const operation = json ?? form.get('Action') ?? request.url ?? '';
    const answer = answers[operation]?.(json ? JSON.parse(body) : {}, address, form);
    const refused = typeof answer === 'object' && '__type' in answer;
    response.statusCode = answer === undefined ? 404 : refused ? 400 : 200;
    response.end(textOf(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'test';
  return targetOf(
    environmentOf({ app: 'shop', github: null, environments: { dev: { ...block, ...more } } }, 'dev'),
  );
}
