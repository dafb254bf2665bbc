import { createSocket } from 'node:dgram';
import { randomInt } from 'node:crypto';
import { connect } from 'node:net';

const PORT = 53;
/** Of each server, before the next is asked; the asker asks again after five seconds (resolv.conf(5)). */
const PATIENCE_MS = 2000;
const MOST_SERVERS = 3;
/** An answer over TCP has a length before it (RFC 1035, section 4.2.2). */
const PREFIX = 2;

/** Asks the servers one after the other. @returns the first answer, undefined when there is none. */
export async function forwardQuery(
  query: Buffer,
  servers: readonly string[],
  protocol: 'udp' | 'tcp',
): Promise<Buffer | undefined> {
  for (const server of servers.slice(0, MOST_SERVERS)) {
    const answer = await (protocol === 'udp' ? askByDatagram(query, server) : askByStream(query, server));
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/**
 * From a port of its own and under a number of its own, and only what comes back from there under it and repeats the
 * question is an answer: nobody else can slip one in.
 */
async function askByDatagram(query: Buffer, server: string): Promise<Buffer | undefined> {
  const own = withId(query, randomInt(0x1_00_00));
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  const socket = createSocket(server.includes(':') ? 'udp6' : 'udp4');
  const patience = setTimeout(() => resolve(undefined), PATIENCE_MS);
  socket.on('error', () => resolve(undefined));
  socket.on('message', (answer) => {
    if (isAnswerTo(own, answer)) resolve(withId(answer, query.readUInt16BE(0)));
  });
  socket.connect(PORT, server, () => socket.send(own));
  try {
    return await promise;
  } finally {
    clearTimeout(patience);
    socket.close();
  }
}

async function askByStream(query: Buffer, host: string): Promise<Buffer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  const socket = connect({ host, port: PORT });
  const patience = setTimeout(() => resolve(undefined), PATIENCE_MS);
  let heard = Buffer.alloc(0);
  socket.on('error', () => resolve(undefined)).on('close', () => resolve(undefined));
  socket.on('data', (bytes) => {
    heard = Buffer.concat([heard, bytes]);
    const [answer] = splitMessages(heard).messages;
    if (answer !== undefined) resolve(isAnswerTo(query, answer) ? answer : undefined);
  });
  socket.write(prefixed(query));
  try {
    return await promise;
  } finally {
    clearTimeout(patience);
    socket.destroy();
  }
}

/** The whole messages of a stream so far, and what is left. */
export function splitMessages(bytes: Buffer): { readonly messages: readonly Buffer[]; readonly rest: Buffer } {
  const messages: Buffer[] = [];
  let rest = bytes;
  while (rest.length >= PREFIX && rest.length >= PREFIX + rest.readUInt16BE(0)) {
    const end = PREFIX + rest.readUInt16BE(0);
    messages.push(rest.subarray(PREFIX, end));
    rest = rest.subarray(end);
  }
  return { messages, rest };
}

export function prefixed(message: Buffer): Buffer {
  const length = Buffer.alloc(PREFIX);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

function withId(message: Buffer, id: number): Buffer {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(id, 0);
  return copy;
}

/** The number, and the one question after the header; servers may write it in another case. */
function isAnswerTo(query: Buffer, answer: Buffer): boolean {
  if (answer.length < 12 || answer.readUInt16BE(0) !== query.readUInt16BE(0)) return false;
  const question = questionOf(query);
  const repeated = answer.toString('latin1', 12, 12 + question.length).toLowerCase();
  // One that couldn't read the question repeats none.
  return answer.readUInt16BE(4) === 0 || repeated === question;
}

function questionOf(query: Buffer): string {
  const end = query.indexOf(0, 12) + 5;
  return query.toString('latin1', 12, end).toLowerCase();
}
