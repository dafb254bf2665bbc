import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { connect, Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { EngineError } from '#engine/contract/errors.ts';

import { launchFailure } from './launch-failure.ts';
import { encodeFrame, readFrames, type ShimFrame } from './shim-frames.ts';

/** What a process of the launcher's answers. Disposing closes the connection. */
export interface LauncherAnswer extends Disposable {
  readonly payload: Buffer;
  /** What it says after that. */
  readonly frames: AsyncGenerator<ShimFrame>;
}

type LauncherProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** A server that runs; it goes when its standard input is closed, by the engine's end too. */
interface Server {
  readonly process: LauncherProcess;
  /** A descriptor of the directory with its socket: the socket's whole path may be longer than a socket's name can be. */
  readonly directory: number;
}

/** Undefined when it was killed before it listened. */
type Starting = Promise<Server | undefined>;

/** A server may be killed while it is asked, and the ones after it as well. */
const ATTEMPTS = 10;

/**
 * The launcher's resident process (engine/launcher/server.h): started with the first request, and anew when it has
 * died. Each request is answered by a process forked from it, which goes on without it.
 */
export class LauncherServer implements AsyncDisposable {
  readonly #launcherPath: string;
  readonly #dir: string;
  #server: Starting | undefined;

  /** @param dir the engine's own, for the server's socket; made when it isn't there. */
  constructor({ launcherPath, dir }: { readonly launcherPath: string; readonly dir: string }) {
    this.#launcherPath = launcherPath;
    this.#dir = dir;
  }

  /**
   * Asks for one thing (engine/launcher/request.h).
   * @throws EngineError whose message is the launcher's sentence.
   */
  async ask(type: string, payload: Uint8Array): Promise<LauncherAnswer> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const answer = await this.#askOnce(type, payload);
      // Otherwise what the request had begun has gone with the process that had it: asking again begins anew.
      if (answer !== undefined) return answer;
    }
    throw new EngineError('internal', 'The launcher ended without a word.');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const server = await this.#server?.catch(() => undefined);
    this.#server = undefined;
    server?.process.stdin.destroy();
  }

  /** Undefined when nobody was there, or whoever was is gone without an answer. */
  async #askOnce(type: string, payload: Uint8Array): Promise<LauncherAnswer | undefined> {
    const socket = await this.#connect();
    if (socket === undefined) return undefined;
    socket.write(encodeFrame(type, payload));
    const frames = readFrames(socket);
    const first = await frames.next();
    const [frame] = first.done === true ? [] : [first.value];
    if (frame?.type === 'K') {
      return { payload: frame.payload, frames, [Symbol.dispose]: () => void socket.destroy() };
    }
    socket.destroy();
    if (frame === undefined) return undefined;
    throw launchFailure(frame.payload[0] ?? 0, frame.payload.toString('utf8', 1));
  }

  async #connect(): Promise<Socket | undefined> {
    const starting = (this.#server ??= this.#begin());
    const server = await this.#started(starting);
    if (server === undefined) return undefined;
    const socket = connect(`/proc/self/fd/${server.directory}/launcher.sock`);
    const { promise, resolve } = Promise.withResolvers<Socket | undefined>();
    socket.once('connect', () => resolve(socket.on('error', () => undefined)));
    socket.once('error', () => resolve(undefined));
    const connected = await promise;
    if (connected !== undefined) return connected;
    // Nobody listens: the next attempt starts one that does.
    this.#forget(starting);
    server.process.stdin.destroy();
    return undefined;
  }

  async #started(starting: Starting): Promise<Server | undefined> {
    let isThere = false;
    try {
      const server = await starting;
      isThere = server !== undefined;
      return server;
    } finally {
      if (!isThere) this.#forget(starting);
    }
  }

  /** Of several that ask at once, another may have begun the next one by now. */
  #forget(starting: Starting): void {
    if (this.#server === starting) this.#server = undefined;
  }

  #begin(): Starting {
    const starting: Starting = this.#start(() => this.#forget(starting));
    return starting;
  }

  async #start(onEnd: () => void): Starting {
    await mkdir(this.#dir, { recursive: true });
    const process = spawn(this.#launcherPath, ['server', this.#dir], { detached: true, stdio: 'pipe' });
    if (!(await isListening(process, this.#launcherPath))) return undefined;
    const server = { process, directory: openSync(this.#dir, 'r') };
    process.once('exit', () => {
      closeSync(server.directory);
      // By its number the descriptor may soon be another file's.
      onEnd();
    });
    // An engine, or a test, that has nothing else to do may end.
    process.unref();
    for (const stream of [process.stdin, process.stderr]) if (stream instanceof Socket) stream.unref();
    return server;
  }
}

/** @throws EngineError with what it said instead. */
async function isListening(launcher: LauncherProcess, path: string): Promise<boolean> {
  const { promise: unstartable, reject } = Promise.withResolvers<never>();
  launcher.once('error', (cause) => {
    reject(new EngineError('internal', `The launcher ${path} can't be started.`, { cause }));
  });
  launcher.stdin.on('error', () => undefined);
  const words = text(launcher.stderr);
  const answered = async (): Promise<boolean> => {
    for await (const bytes of launcher.stdout) return bytes !== undefined;
    return false;
  };
  if (await Promise.race([answered(), unstartable])) return true;
  const said = (await words).trim();
  if (said === '') return false;
  throw new EngineError('internal', said);
}
