import type { FolderFiles } from './folder-files.ts';
import { chunksOf } from './send-file.ts';

const BLOCK = 512;
/** A browser tells no modes: as on Windows, whatever is there may be run (Docker's clients do the same). */
const MODE = 0o755;
const NAME_BYTES = 100;

const encoder = new TextEncoder();

/** A folder as a tar: POSIX's pax, whose names have any length (pax(1), "ustar Interchange Format"). */
export async function* tarOf({ files }: FolderFiles): AsyncGenerator<Uint8Array> {
  for (const [path, file] of files) {
    const name = encoder.encode(path);
    if (name.length > NAME_BYTES) yield* paxPath(name);
    const head = { name: name.subarray(0, NAME_BYTES), size: file.size, mtime: Math.floor(file.lastModified / 1000) };
    yield header({ ...head, type: '0' });
    yield* chunksOf(file);
    yield padding(file.size);
  }
  yield new Uint8Array(2 * BLOCK);
}

/** A record says its own length, the digits of that among it. */
function* paxPath(path: Uint8Array): Generator<Uint8Array> {
  const rest = ' path='.length + path.length + '\n'.length;
  let length = rest;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  const record = new Uint8Array(length);
  record.set(encoder.encode(`${length} path=`));
  record.set(path, length - path.length - 1);
  record[length - 1] = 10;
  yield header({ name: encoder.encode('pax'), size: length, mtime: 0, type: 'x' });
  yield record;
  yield padding(length);
}

interface Head {
  readonly name: Uint8Array;
  readonly size: number;
  /** Unix seconds. */
  readonly mtime: number;
  readonly type: '0' | 'x';
}

function header({ name, size, mtime, type }: Head): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const octal = (at: number, value: number, digits: number): void =>
    block.set(encoder.encode(value.toString(8).padStart(digits, '0')), at);
  block.set(name);
  octal(100, MODE, 7);
  octal(108, 0, 7);
  octal(116, 0, 7);
  octal(124, size, 11);
  octal(136, Math.max(0, mtime), 11);
  block.set(encoder.encode(type), 156);
  block.set(encoder.encode('ustar\0' + '00'), 257);
  // Its own field counts as spaces.
  block.fill(32, 148, 156);
  octal(
    148,
    block.reduce((sum, byte) => sum + byte, 0),
    6,
  );
  block[154] = 0;
  return block;
}

function padding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}
