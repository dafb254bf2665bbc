import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { readBefore } from './log-index.ts';

/** A piece of a container's log, as the shim writes it (engine/launcher/log-segments.h). */
export interface LogSegment extends AsyncDisposable {
  readonly number: number;
  /** How many bytes of the log stand before it, kept or not. Undefined where a machine without power didn't write it down. */
  readonly before: number | undefined;
  /** The raw bytes. */
  readonly bytes: FileHandle;
  /** A record for each chunk of them. */
  readonly index: FileHandle;
}

/** The numbers of those that there are, in order; the last is written to. */
export async function listSegments(bundle: string): Promise<readonly number[]> {
  const names = await readdir(bundle).catch(unlessMissing(() => []));
  const numbers = names.map((name) => /^log(?:\.(\d+))?\.index$/.exec(name)).filter((match) => match !== null);
  return numbers.map(([, number = '0']) => Number(number)).toSorted((one, other) => one - other);
}

/** @returns undefined for one that isn't kept any more. */
export async function openSegment(bundle: string, number: number): Promise<LogSegment | undefined> {
  const name = join(bundle, number === 0 ? 'log' : `log.${number}`);
  await using undo = new AsyncDisposableStack();
  const bytes = await open(name).catch(unlessMissing(() => undefined));
  if (bytes === undefined) return undefined;
  undo.use(bytes);
  const index = await open(`${name}.index`).catch(unlessMissing(() => undefined));
  if (index === undefined) return undefined;
  undo.use(index);
  const before = number === 0 ? 0 : await readBefore(index);
  const owned = undo.move();
  return { number, before, bytes, index, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Bytes of all there is of it. */
export async function measureLog(bundle: string): Promise<number> {
  const names = await readdir(bundle).catch(unlessMissing(() => []));
  const own = names.filter((name) => /^log(?:\.\d+)?(?:\.index)?$/.test(name));
  // One of them may be rotated away meanwhile.
  const sizes = await Promise.all(
    own.map((name) =>
      stat(join(bundle, name))
        .then(({ size }) => size)
        .catch(unlessMissing(() => 0)),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function unlessMissing<Answer>(instead: () => Answer): (error: unknown) => Answer {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return instead();
    throw error;
  };
}
