import { connect, type Socket } from 'node:net';

import { toEngineError } from '#engine/contract/errors.ts';
import type { Transport } from '#engine/contract/transport.ts';
import { closedWith, shortened } from '#engine/contract/web-socket-transport.ts';

import { DIAL_TIMEOUT_MS, MAX_PAYLOAD, RPC_PATH } from './rpc-place.ts';
import { unreachable } from './unreachable.ts';
import { encodeFrame, FrameReader, opcodes, type WebSocketFrame } from './web-socket-frames.ts';

/** Nobody between two ends of a unix socket keeps answers: the pair of RFC 6455's own example (section 1.3) does. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPTED = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
/** No answer to an upgrade is longer. */
const MOST_HEAD_BYTES = 16 * 1024;
/** Reasons of a close (RFC 6455, section 7.4.1). */
const NORMAL_CLOSURE = 1000;
const NO_STATUS = 1005;
const ABNORMAL_CLOSURE = 1006;

/**
 * The engine's WebSocket, over its unix socket. A library for it brings HTTP and TLS along, which take longer to load
 * than an engine takes to answer; here nothing is loaded but the socket.
 *
 * @throws EngineError `unavailable` when nobody answers, `forbidden` when this user may not ask.
 */
export async function openSocketTransport(socketPath: string): Promise<Transport> {
  const socket = connect(socketPath);
  try {
    socket.setTimeout(DIAL_TIMEOUT_MS, () => socket.destroy(new Error('it took too long')));
    const rest = await upgrade(socket);
    socket.setTimeout(0);
    // What came with the answer's head comes first, once somebody listens.
    if (rest.length > 0) socket.unshift(rest);
    return new SocketTransport(socket);
  } catch (error) {
    socket.destroy();
    throw unreachable(error instanceof Error ? error : new Error(String(error)), socketPath);
  }
}

/** @returns what has come after the answer's head. */
async function upgrade(socket: Socket): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let head: Buffer = Buffer.alloc(0);
  const hear = (bytes: Buffer): void => {
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0 && head.length <= MOST_HEAD_BYTES) return;
    // Nothing is lost between this listener and the next.
    socket.pause();
    const lines = head.subarray(0, Math.max(end, 0)).toString('latin1').split('\r\n');
    if (isAccepted(lines)) resolve(head.subarray(end + 4));
    else reject(new Error(`it answers ${lines[0] ?? ''}`));
  };
  const fail = (error: Error): void => reject(error);
  const leave = (): void => reject(new Error('it hung up'));
  socket.on('data', hear).on('error', fail).on('close', leave);
  socket.write(
    `GET ${RPC_PATH} HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`,
  );
  try {
    return await promise;
  } finally {
    socket.off('data', hear).off('error', fail).off('close', leave);
  }
}

function isAccepted([status = '', ...lines]: readonly string[]): boolean {
  return (
    status.startsWith('HTTP/1.1 101 ') &&
    lines.some((line) => /^sec-websocket-accept: (.*)$/i.exec(line)?.[1] === ACCEPTED)
  );
}

class SocketTransport implements Transport {
  readonly #socket: Socket;
  readonly #reader = new FrameReader(MAX_PAYLOAD);
  /** Of a message that comes in several frames. */
  readonly #pieces: Buffer[] = [];
  #kind: number = opcodes.text;
  #reason: string | undefined;
  #listener: (frame: string | Uint8Array) => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', (error) => {
      this.#reason ??= error.message;
    });
  }

  send(frame: string | Uint8Array): void {
    if (typeof frame === 'string') this.#write(opcodes.text, Buffer.from(frame));
    else this.#write(opcodes.binary, frame);
  }

  onFrame(listener: (frame: string | Uint8Array) => void): void {
    this.#listener = listener;
    // From here on somebody hears what comes.
    this.#socket.resume();
  }

  onClose(listener: (reason: string) => void): void {
    this.#socket.once('close', () => listener(this.#reason ?? closedWith(ABNORMAL_CLOSURE, '')));
  }

  close(reason: string): void {
    this.#reason ??= reason;
    const words = Buffer.from(shortened(reason));
    const payload = Buffer.alloc(2 + words.length);
    payload.writeUInt16BE(NORMAL_CLOSURE);
    payload.set(words, 2);
    this.#leave(payload);
  }

  #write(opcode: number, payload: Uint8Array): void {
    if (!this.#socket.writableEnded) this.#socket.write(encodeFrame(opcode, payload));
  }

  #leave(payload: Uint8Array): void {
    this.#write(opcodes.close, payload);
    this.#socket.destroySoon();
  }

  #receive(bytes: Buffer): void {
    try {
      for (const frame of this.#reader.add(bytes)) this.#take(frame);
    } catch (error) {
      this.#socket.destroy(toEngineError(error));
    }
  }

  #take({ opcode, isLast, payload }: WebSocketFrame): void {
    if (opcode === opcodes.ping) this.#write(opcodes.pong, payload);
    if (opcode === opcodes.close) {
      const hasCode = payload.length >= 2;
      this.#reason ??= closedWith(hasCode ? payload.readUInt16BE(0) : NO_STATUS, payload.toString('utf8', 2));
      this.#leave(payload.subarray(0, 2));
    }
    if (opcode >= opcodes.close) return;
    if (opcode !== opcodes.continuation) this.#kind = opcode;
    this.#pieces.push(payload);
    if (!isLast) return;
    const message = Buffer.concat(this.#pieces.splice(0));
    this.#listener(this.#kind === opcodes.text ? message.toString('utf8') : message);
  }
}
