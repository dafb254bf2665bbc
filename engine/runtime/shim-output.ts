import type { OnReadOpts, Socket } from 'node:net';

import { FrameCutter, type ShimFrame } from './shim-frames.ts';

/** Takes frames in order; answers when it can take more, at once with undefined. The bytes are overwritten after that. */
type TakeFrames = (frames: readonly ShimFrame[]) => Promise<void> | undefined;

/** As much as the kernel holds for a unix socket, about. */
const ROOM = 128 * 1024;

/**
 * What a shim says on a connection, from its first answer on. It is read into one buffer: output that is passed on is
 * neither copied nor waits for a turn of its own. Nothing is read while nobody takes.
 */
export class ShimOutput {
  /** For the connection that is to be read so. */
  readonly onread: OnReadOpts;
  readonly #cutter = new FrameCutter();
  readonly #ended = Promise.withResolvers<void>();
  /** What came when nobody took, in bytes of its own. */
  #kept: ShimFrame[] = [];
  #take: TakeFrames | undefined;
  #socket: Socket | undefined;

  constructor() {
    const buffer = Buffer.allocUnsafe(ROOM);
    this.onread = { buffer, callback: (length) => this.#read(buffer.subarray(0, length)) };
  }

  /** @param socket connected with `onread`. @returns the first frame; undefined when the connection is lost before. */
  async first(socket: Socket): Promise<ShimFrame | undefined> {
    this.#socket = socket;
    socket.once('close', () => this.#ended.resolve());
    const { promise, resolve } = Promise.withResolvers<ShimFrame | undefined>();
    const take: TakeFrames = ([frame, ...others]) => {
      resolve(frame === undefined ? undefined : ownBytes(frame));
      this.#kept.push(...others.map(ownBytes));
      this.#take = undefined;
      return undefined;
    };
    this.#start(take);
    return Promise.race([promise, this.#ended.promise.then(() => undefined)]);
  }

  /** Passes on what comes. Resolves with the connection's end. */
  async rest(take: TakeFrames): Promise<void> {
    this.#start(take);
    await this.#ended.promise;
  }

  #start(take: TakeFrames): void {
    this.#take = take;
    const kept = this.#kept;
    this.#kept = [];
    if (kept.length === 0 || this.#pass(take, kept)) this.#socket?.resume();
  }

  /** @returns whether to go on reading. */
  #read(bytes: Buffer): boolean {
    const frames = this.#cutter.cut(bytes);
    if (frames.length === 0) return true;
    if (this.#take !== undefined) return this.#pass(this.#take, frames);
    this.#kept.push(...frames.map(ownBytes));
    return false;
  }

  #pass(take: TakeFrames, frames: readonly ShimFrame[]): boolean {
    const taken = take(frames);
    if (taken === undefined) return this.#take !== undefined;
    void taken.then(() => this.#socket?.resume());
    return false;
  }
}

function ownBytes({ type, payload }: ShimFrame): ShimFrame {
  return { type, payload: Buffer.from(payload) };
}
