import type { Attachment, OutputChunk, TakeChunks } from './runtime.ts';
import type { ShimFrame } from './shim-frames.ts';
import type { ShimOutput } from './shim-output.ts';

interface Listener {
  /** Where live output begins. */
  readonly onReplayed?: (() => void) | undefined;
  /** Closes the connection. */
  readonly leave: () => void;
}

/** What a shim says of a process, as its output: pushed, or to be read; one or the other. */
export function relayed(shim: ShimOutput, listener: Listener): Pick<Attachment, 'output' | 'relay'> {
  return {
    output: readChunks(shim, listener),
    relay: (take) =>
      shim.rest((frames) => {
        if (frames.some(({ type }) => type === 'L')) listener.onReplayed?.();
        const chunks = frames.flatMap(chunksOf);
        if (frames.some(isEnd)) return finish(take, chunks, listener);
        return chunks.length === 0 ? undefined : take(chunks);
      }),
  };
}

async function finish(take: TakeChunks, chunks: readonly OutputChunk[], { leave }: Listener): Promise<void> {
  await take(chunks);
  leave();
}

function isEnd({ type }: ShimFrame): boolean {
  return type === 'X';
}

function chunksOf({ type, payload }: ShimFrame): readonly OutputChunk[] {
  if (type === 'O') return [{ stream: 'stdout', bytes: payload }];
  return type === 'e' ? [{ stream: 'stderr', bytes: payload }] : [];
}

/** Reads no further than it is read: what the shim has said waits in bytes of its own, one reading of them at most. */
async function* readChunks(shim: ShimOutput, { onReplayed, leave }: Listener): AsyncGenerator<OutputChunk> {
  const unread: ShimFrame[] = [];
  let wake = (): void => undefined;
  let goOn = (): void => undefined;
  let isOver = false;
  const over = shim.rest((frames) => {
    unread.push(...frames.map(({ type, payload }) => ({ type, payload: Buffer.from(payload) })));
    wake();
    return new Promise((resolve) => (goOn = resolve));
  });
  void over.then(() => {
    isOver = true;
    wake();
  });
  for (;;) {
    const frame = unread.shift();
    if (frame === undefined) {
      if (isOver) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      goOn();
      await promise;
    } else if (isEnd(frame)) {
      leave();
      return;
    } else {
      if (frame.type === 'L') onReplayed?.();
      yield* chunksOf(frame);
    }
  }
}
