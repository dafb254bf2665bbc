import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { digestOf, inPieces } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { FileBlobStore } from './file-blob-store.ts';

const bytes = Buffer.from('what a blob is made of; '.repeat(100_000));
const blob: Descriptor = { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length };

interface Opened extends AsyncDisposable {
  readonly dir: string;
  readonly store: FileBlobStore;
  readonly names: () => Promise<{ readonly whole: readonly string[]; readonly partial: readonly string[] }>;
}

async function open(): Promise<Opened> {
  const dir = await temporaryDirectory('blobs');
  const namesIn = (name: string): Promise<string[]> => readdir(join(dir.path, name)).catch(() => []);
  return {
    dir: dir.path,
    store: new FileBlobStore(dir.path),
    names: async () => ({ whole: await namesIn('sha256'), partial: await namesIn('partial') }),
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  };
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const nothing = { whole: [], partial: [] };

test('a blob is there under its digest, whole, and for nobody else to read', async () => {
  await using at = await open();
  expect(await at.store.stat(blob.digest)).toBeUndefined();
  await at.store.ingest(blob, inPieces(bytes));
  expect(await at.store.stat(blob.digest)).toEqual({
    digest: blob.digest,
    size: bytes.length,
    storedBytes: (await stat(at.store.pathOf(blob.digest))).blocks * 512,
  });
  expect((await all(at.store.open(blob.digest))).equals(bytes)).toBe(true);
  expect(Buffer.from(await at.store.read(blob.digest)).equals(bytes)).toBe(true);
  expect(await at.names()).toEqual({ whole: [blob.digest.slice(7)], partial: [] });
  expect((await stat(at.store.pathOf(blob.digest))).mode & 0o777).toBe(0o600);
});

test.each([
  ['other bytes of the same size', Buffer.alloc(bytes.length), digestOf(Buffer.alloc(bytes.length))],
  ['fewer bytes', bytes.subarray(1), `${bytes.length - 1} came`],
  ['more bytes', Buffer.concat([bytes, bytes]), `more than ${bytes.length}`],
  ['none', Buffer.alloc(0), '0 came'],
])('%s than promised are refused, and nothing of them is kept', async (_, sent, words) => {
  await using at = await open();
  const ingesting = at.store.ingest(blob, inPieces(sent));
  await expect(ingesting).rejects.toMatchObject({ code: 'conflict' });
  await expect(ingesting).rejects.toThrow(words);
  expect(await at.names()).toEqual(nothing);
});

test('whoever sends more than promised is not listened to until the end', async () => {
  await using at = await open();
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield bytes;
  }
  await expect(at.store.ingest(blob, endless())).rejects.toMatchObject({ code: 'conflict' });
});

test('a source that fails leaves nothing, and its own words', async () => {
  await using at = await open();
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, 1000);
    throw new EngineError('unavailable', 'the registry is gone');
  }
  await expect(at.store.ingest(blob, failing())).rejects.toThrow('the registry is gone');
  expect(await at.names()).toEqual(nothing);
});

test('who cancels is let go while the source is silent', async () => {
  await using at = await open();
  const stop = new AbortController();
  const silence = Promise.withResolvers<never>();
  async function* silent(): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, 1000);
    stop.abort();
    await silence.promise;
  }
  await expect(at.store.ingest(blob, silent(), stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
  expect(await at.names()).toEqual(nothing);
});

test('two who bring one blob at once end with one', async () => {
  await using at = await open();
  await Promise.all([at.store.ingest(blob, inPieces(bytes)), at.store.ingest(blob, inPieces(bytes))]);
  expect(await at.names()).toEqual({ whole: [blob.digest.slice(7)], partial: [] });
});

test('what is here is not asked for again', async () => {
  await using at = await open();
  await at.store.ingest(blob, inPieces(bytes));
  const refusing: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => {
      throw new Error('not to be read');
    },
  };
  await at.store.ingest(blob, refusing);
});

test('a blob that was damaged is found out, and replaced by the next that comes', async () => {
  await using at = await open();
  await at.store.ingest(blob, inPieces(bytes));
  await writeFile(at.store.pathOf(blob.digest), Buffer.alloc(bytes.length, 'x'));
  const reading = all(at.store.open(blob.digest));
  await expect(reading).rejects.toMatchObject({ code: 'corrupt' });
  await expect(reading).rejects.toThrow(blob.digest);
  await at.store.ingest(blob, inPieces(bytes));
  expect((await all(at.store.open(blob.digest))).equals(bytes)).toBe(true);
});

test('a blob that was cut off is replaced by the next that comes', async () => {
  await using at = await open();
  await at.store.ingest(blob, inPieces(bytes));
  await writeFile(at.store.pathOf(blob.digest), bytes.subarray(1));
  await at.store.ingest(blob, inPieces(bytes));
  expect((await all(at.store.open(blob.digest))).equals(bytes)).toBe(true);
});

test('what is large is not read at once, and what is absent is missed', async () => {
  await using at = await open();
  await at.store.ingest(blob, inPieces(bytes));
  await expect(at.store.read(blob.digest, 1000)).rejects.toMatchObject({ code: 'too-large' });
  const none = digestOf('none');
  await expect(at.store.read(none)).rejects.toMatchObject({ code: 'not-found' });
  await expect(all(at.store.open(none))).rejects.toMatchObject({ code: 'not-found' });
});

test('a list holds blobs only, and what is removed is in it no more', async () => {
  await using at = await open();
  const digests = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { digest } of at.store.list()) found.push(digest);
    return found;
  };
  expect(await digests()).toEqual([]);
  await at.store.ingest(blob, inPieces(bytes));
  await writeFile(join(at.dir, 'sha256', 'notes.txt'), '');
  expect(await digests()).toEqual([blob.digest]);
  await at.store.remove(blob.digest);
  await at.store.remove(blob.digest);
  expect(await digests()).toEqual([]);
});

test('sweeping takes halves and leaves what is whole', async () => {
  await using at = await open();
  await at.store.ingest(blob, inPieces(bytes));
  await mkdir(join(at.dir, 'partial'), { recursive: true });
  await writeFile(join(at.dir, 'partial', 'half'), 'half');
  await at.store.sweep();
  expect(await at.names()).toEqual({ whole: [blob.digest.slice(7)], partial: [] });
});
