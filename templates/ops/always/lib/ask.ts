import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Question {
  method?: string;
  headers?: Record<string, string>;
  /** Until the beginning of the answer; default 10. */
  timeoutSeconds?: number;
}

/**
 * Begins a request on a connection of its own and follows no redirect; the body is still to come.
 * @throws Error where nobody answers, or not in time
 */
export function open(url: URL, question: Question = {}): Promise<IncomingMessage> {
  const { method = 'GET', headers, timeoutSeconds = 10 } = question;
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false });
    const late = new Error(`no answer within ${timeoutSeconds} seconds`);
    const timer = setTimeout(() => outgoing.destroy(late), timeoutSeconds * 1000);
    outgoing.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    // Stays for what happens after the response: without a listener the process would end.
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end();
  });
}

/** Asks, and reads the answer to its end. @throws Error as `open` */
export async function ask(url: URL, question: Question = {}): Promise<Answer> {
  const response = await open(url, question);
  const timer = setTimeout(
    () => response.destroy(new Error('the answer never ended')),
    (question.timeoutSeconds ?? 10) * 1000,
  );
  try {
    return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
  } finally {
    clearTimeout(timer);
  }
}

/** What a connection that failed says: `AggregateError`, of an address in two families, has no text of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
