import { expect, test } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';
import { fuzzRounds, fuzzSeed, SeededRandom } from '#engine/testing/seeded-random.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';

import { encodeTarHeader, TAR_END, tarPadding } from './encode-tar.ts';
import { entryPath } from './entry-path.ts';
import { BLOCK_BYTES } from './tar-header.ts';
import { TarParser } from './tar-parser.ts';

/** A bit of everything, extended headers included. */
async function seedTars(): Promise<readonly Buffer[]> {
  const plain = await tarOf(
    { name: 'dir/', type: 'directory' },
    { name: 'dir/file', body: 'x'.repeat(700) },
    { name: 'link', type: 'symlink', linkname: 'dir/file' },
    { name: 'again', type: 'link', linkname: 'dir/file' },
    { name: 'pipe', type: 'fifo' },
    { name: `${'long/'.repeat(60)}name`, body: 'long' },
  );
  const facts = {
    type: 'file',
    linkName: '',
    mode: 0o644,
    uid: 2 ** 25,
    gid: 1,
    mtime: 1.5,
    major: 0,
    minor: 0,
  } as const;
  const xattrs = new Map([['security.capability', Buffer.of(1, 0, 0, 2, 0)]]);
  const header = encodeTarHeader({ ...facts, name: 'é'.repeat(90), size: 5 }, xattrs);
  const sparse = encodeTarHeader({ ...facts, uid: 1, mtime: 1, name: 'sparse', size: 5 });
  // GNU's old way: the kind, one stretch of bytes, and the size of the whole.
  for (const [offset, text] of Object.entries({ 156: 'S', 386: '00000001000', 398: '00000000005', 483: '00000010000' }))
    sparse.write(text, Number(offset), 'latin1');
  const body = [Buffer.from('bytes'), tarPadding(5), TAR_END];
  return [plain, Buffer.concat([header, ...body]), Buffer.concat([sparse, ...body])];
}

/** Headers whose sum is right are looked into; others end at the sum. */
function withSums(tar: Buffer): Buffer {
  for (let at = 0; at + BLOCK_BYTES <= tar.length; at += BLOCK_BYTES) {
    const block = tar.subarray(at, at + BLOCK_BYTES);
    if (block.toString('latin1', 257, 262) !== 'ustar') continue;
    block.fill(' ', 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  }
  return tar;
}

/** @returns how many bytes of entries there were, those of sparse files not counted; -1 when it was refused. */
function parse(tar: Buffer, random: SeededRandom): number {
  let bytes = 0;
  let missing = 0;
  let isSparse = false;
  const parser = new TarParser({
    entry: ({ name, size, dataOffset }) => {
      const isSafe = entryPath(name).every((part) => !/^\.{0,2}$|[/\0]/.test(part));
      if (!isSafe || !Number.isSafeInteger(size) || size < 0) throw new Error(`${name} came with ${size} bytes`);
      missing = size;
      isSparse = dataOffset === undefined;
    },
    data: (chunk) => {
      missing -= chunk.byteLength;
      bytes += isSparse ? 0 : chunk.byteLength;
    },
    entryEnd: () => {
      if (missing !== 0) throw new Error(`${missing} bytes of an entry didn't come`);
    },
  });
  try {
    for (let at = 0; at < tar.length;) {
      const end = at + 1 + random.below(2000);
      parser.write(tar.subarray(at, end));
      at = end;
    }
    parser.end();
    return bytes;
  } catch (error) {
    if (error instanceof EngineError && ['corrupt', 'unsupported', 'too-large'].includes(error.code)) return -1;
    throw error;
  }
}

test('a spoilt tar is read or refused in a sentence, and never gives more bytes than it has', async () => {
  const random = new SeededRandom(fuzzSeed());
  const seeds = await seedTars();
  let refused = 0;
  const rounds = fuzzRounds(4000);
  for (let round = 0; round < rounds; round += 1) {
    const spoilt = random.spoil(random.pick(seeds));
    const tar = random.below(4) === 0 ? spoilt : withSums(spoilt);
    const bytes = parse(tar, random);
    if (bytes > tar.length) expect.fail(`${bytes} bytes came out of ${tar.length}`);
    if (bytes === -1) refused += 1;
  }
  // Both happen, or the test tests nothing.
  expect(refused).toBeGreaterThan(rounds / 20);
  expect(refused).toBeLessThan(rounds);
});
