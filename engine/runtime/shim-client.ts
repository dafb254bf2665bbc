import { closeSync, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

import { EngineError } from '#engine/contract/errors.ts';

import { launchFailure } from './launch-failure.ts';
import type { AttachOptions, Attachment, ExitStatus } from './runtime.ts';
import { relayed } from './relayed-output.ts';
import { encodeFrame, readFrames, type ShimFrame } from './shim-frames.ts';
import { ShimOutput } from './shim-output.ts';

/** A process as the shim lists it. */
export interface ListedProcess {
  readonly id: string;
  readonly pid: number;
  readonly ending: ExitStatus | undefined;
}

/** What a shim keeps of its container's log for a reader, until this is disposed of. */
export interface KeptLog extends Disposable {
  /** Nothing before this segment is wanted any more. */
  from(segment: number): void;
}

/** One container's shim, asked over the socket in its bundle; a connection for each question. */
export class ShimClient {
  readonly #bundle: string;

  constructor(bundle: string) {
    this.#bundle = bundle;
  }

  /** @throws EngineError `unavailable` when there is nobody. */
  async list(): Promise<readonly ListedProcess[]> {
    const lines = (await this.#ask('L', Buffer.alloc(0))).toString('latin1').split('\n');
    return lines.filter((line) => line !== '').map(parseListed);
  }

  async resize(session: string, { columns, rows }: { columns: number; rows: number }): Promise<void> {
    const size = Buffer.alloc(4);
    size.writeUInt16LE(rows, 0);
    size.writeUInt16LE(columns, 2);
    await this.#ask('R', Buffer.concat([size, Buffer.from(session)]));
  }

  async signal(session: string, signal: number): Promise<void> {
    await this.#ask('S', Buffer.concat([Buffer.from([signal]), Buffer.from(session)]));
  }

  /** @returns its pid on the host, and its end when it comes: undefined when the shim went without saying. */
  async exec(plan: Uint8Array): Promise<{ readonly pid: number; readonly ending: Promise<ExitStatus | undefined> }> {
    const socket = await this.#connect();
    socket.write(encodeFrame('E', plan));
    const frames = readFrames(socket);
    try {
      const pid = (await answerIn(frames)).readUInt32LE(0);
      return { pid, ending: readEnding(frames).finally(() => socket.destroy()) };
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** @param plan of links, to be made and removed while the container runs. */
  async changeLinks(plan: Uint8Array): Promise<void> {
    await this.#ask('N', plan);
  }

  /** Undefined when the shim went without saying. */
  wait(session: string): Promise<ExitStatus | undefined> {
    return this.#askForEnding('W', Buffer.from(session));
  }

  /** Has it keep all of the log that there is now, and what comes. @throws EngineError `unavailable` when there is nobody. */
  async keepLog(): Promise<KeptLog> {
    const socket = await this.#connect();
    try {
      socket.write(encodeFrame('P', segmentNumber(0)));
      await answerIn(readFrames(socket));
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return {
      from: (segment) => void socket.write(encodeFrame('P', segmentNumber(segment))),
      [Symbol.dispose]: () => socket.destroy(),
    };
  }

  /** Kills the container, whoever waits for what. Resolves when it has ended. */
  async end(): Promise<void> {
    await this.#askForEnding('D', Buffer.alloc(0));
  }

  async attach(session: string, options: AttachOptions): Promise<Attachment> {
    const output = new ShimOutput();
    const socket = await this.#connect(output);
    const flags = (options.replay ? 1 : 0) | (options.stdin ? 2 : 0);
    socket.write(encodeFrame('A', Buffer.concat([Buffer.from([flags]), Buffer.from(session)])));
    const first = await output.first(socket);
    if (first?.type !== 'K') {
      socket.destroy();
      throw new EngineError('conflict', `The session ${session.slice(0, 12)} can't be attached to: it has ended.`);
    }
    return {
      ...relayed(output, { onReplayed: options.onReplayed, leave: () => socket.destroy() }),
      write: (bytes) => send(socket, 'I', bytes),
      endInput: () => send(socket, 'Z', Buffer.alloc(0)),
      [Symbol.asyncDispose]: async () => {
        socket.destroy();
        await Promise.resolve();
      },
    };
  }

  async #ask(type: string, payload: Uint8Array): Promise<Buffer> {
    const socket = await this.#connect();
    try {
      socket.write(encodeFrame(type, payload));
      return await answerIn(readFrames(socket));
    } finally {
      socket.destroy();
    }
  }

  async #askForEnding(type: string, payload: Uint8Array): Promise<ExitStatus | undefined> {
    const socket = await this.#connect();
    try {
      socket.write(encodeFrame(type, payload));
      return await readEnding(readFrames(socket));
    } finally {
      socket.destroy();
    }
  }

  /** A socket's name has room for 107 bytes: the directory goes by its descriptor. */
  async #connect(read?: Pick<ShimOutput, 'onread'>): Promise<Socket> {
    const directory = this.#open();
    try {
      // The name is resolved by this call already.
      return await connected(connect({ path: `/proc/self/fd/${directory}/shim.sock`, ...read }));
    } finally {
      closeSync(directory);
    }
  }

  #open(): number {
    try {
      return openSync(this.#bundle, 'r');
    } catch (cause) {
      throw new EngineError('unavailable', `The container's directory ${this.#bundle} can't be opened.`, { cause });
    }
  }
}

function segmentNumber(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

async function connected(socket: Socket): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  socket.once('connect', () => resolve(socket));
  socket.once('error', (cause) => {
    reject(new EngineError('unavailable', "The container's shim doesn't answer: it is gone.", { cause }));
  });
  await promise;
  socket.on('error', () => undefined);
  return socket;
}

async function send(socket: Socket, type: string, bytes: Uint8Array): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // What is typed at a process that has just ended is nobody's failure.
  socket.write(encodeFrame(type, bytes), () => resolve());
  await promise;
}

/** @throws EngineError with the launcher's sentence. */
async function answerIn(frames: AsyncGenerator<ShimFrame>): Promise<Buffer> {
  const first = await frames.next();
  if (first.done === true) {
    throw new EngineError('unavailable', "The container's shim went away before it answered.");
  }
  const { type, payload } = first.value;
  if (type === 'K') return payload;
  throw launchFailure(payload[0] ?? 0, payload.toString('utf8', 1));
}

/** How a process ended, once it has. @returns undefined when its shim went without saying. */
export async function readEnding(frames: AsyncIterable<ShimFrame>): Promise<ExitStatus | undefined> {
  for await (const { type, payload } of frames) {
    if (type === 'X') return parseEnding(payload.toString('latin1'));
    if (type === 'F') throw new EngineError('not-found', payload.toString('utf8', 1));
  }
  return undefined;
}

function parseListed(line: string): ListedProcess {
  const [id = '', pid, isFinished, ...ending] = line.split(' ');
  return { id, pid: Number(pid), ending: isFinished === '1' ? parseEnding(ending.join(' ')) : undefined };
}

/** `code signal oom milliseconds`, as the shim says and records it. */
export function parseEnding(text: string): ExitStatus | undefined {
  const [code, signal, oom, at] = text.trim().split(' ').map(Number);
  if (code === undefined || signal === undefined || at === undefined || !Number.isFinite(at)) return undefined;
  return { exitCode: code, ...(signal === 0 ? {} : { signal }), oomKilled: oom === 1, finishedAt: at };
}
