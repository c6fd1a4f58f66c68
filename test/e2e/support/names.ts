import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { e2e } from './paths.ts';

/** What the world is told of a name; one that begins with `*.` stands for all below it. */
export type Records = Record<string, { A?: string[]; NS?: string[] }>;

export interface Names {
  /** For the commands under test: they ask this server and nobody else. */
  environment: Record<string, string>;
  /** May be changed at any time. */
  records: Records;
}

const types = { A: 1, NS: 2 } as const;

/** A DNS server of the test's own; it ends with this process. */
export async function startNames(records: Records): Promise<Names> {
  const names: Names = { environment: {}, records };
  const socket = createSocket('udp4', (question, { port, address }) => {
    socket.send(answerTo(question, names.records), port, address);
  });
  socket.bind(0, '127.0.0.1').unref();
  await once(socket, 'listening');
  names.environment = {
    TEST_DNS: `127.0.0.1:${socket.address().port}`,
    // Not --import: with that Node would load every program as a module, those of tsx/cjs as well.
    NODE_OPTIONS: `--require=${join(e2e, 'shims/names.mjs')}`,
  };
  return names;
}

function answerTo(question: Buffer, records: Records): Buffer {
  const { name, type, end } = readQuestion(question);
  const entry = records[name] ?? records[name.replace(/^[^.]+/, '*')];
  const found = type === types.A ? entry?.A?.map(address) : type === types.NS ? entry?.NS?.map(encode) : [];
  const header = Buffer.from(question.subarray(0, 12));
  // An answer, with authority; or: there is no such name.
  header.writeUInt16BE(entry ? 0x8580 : 0x8583, 2);
  header.writeUInt16BE(found?.length ?? 0, 6);
  // Neither authority nor additional records, whatever the question has.
  header.fill(0, 8, 12);
  const answers = (found ?? []).map((data) => {
    const fields = Buffer.alloc(12);
    fields.writeUInt16BE(0xc00c, 0); // the name of the question
    fields.writeUInt16BE(type, 2);
    fields.writeUInt16BE(1, 4);
    fields.writeUInt16BE(data.length, 10);
    return Buffer.concat([fields, data]);
  });
  return Buffer.concat([header, question.subarray(12, end), ...answers]);
}

function readQuestion(question: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: question.readUInt16BE(at + 1), end: at + 5 };
}

function address(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number));
}

function encode(name: string): Buffer {
  const labels = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}
