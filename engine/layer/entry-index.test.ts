import { createHash } from 'node:crypto';

import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';

import { encodeEntryIndex, type IndexEntry } from './encode-entry-index.ts';
import { EntryIndex } from './entry-index.ts';
import type { LayerRecord } from './layer-store.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

const record: LayerRecord = {
  diffId: parseDigest(`sha256:${hash('tar')}`),
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  blobDigest: parseDigest(`sha256:${hash('blob')}`),
  compressedSize: 100,
  size: 5,
  entryCount: 9,
};

const plain = { mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 1_700_000_000 } as const;

const directory = (name: string, children: IndexEntry[] = []): IndexEntry => ({
  ...plain,
  mode: 0o755,
  name,
  type: 'directory',
  children,
});
const file = (name: string, text: string): IndexEntry => ({
  ...plain,
  name,
  type: 'file',
  size: text.length,
  contentDigest: Buffer.from(hash(text), 'hex').toString('latin1'),
  tarOffset: 512,
});

const tree = directory('', [
  directory('usr', [
    directory('bin', [file('sh', 'shell'), { ...plain, name: 'ash', type: 'hardlink', linkTarget: '/usr/bin/sh' }]),
  ]),
  { ...directory('etc', [{ ...plain, name: 'motd', type: 'whiteout' }]), isOpaque: true, isImplied: true },
  {
    ...file('ping', 'ping'),
    mode: 0o4755,
    uid: 1000,
    gid: 70_000,
    xattrs: new Map([['security.capability', Buffer.of(1, 0, 255)]]),
  },
  { ...plain, name: 'null', type: 'character-device', device: { major: 1, minor: 3 } },
  { ...plain, name: 'bin', type: 'symlink', linkTarget: 'usr/bin' },
  file('ñandú', 'x'),
]);

const bytes = encodeEntryIndex(record, tree);

test('what was written is found again, by path and by column', () => {
  const index = EntryIndex.of(bytes);
  const at = (path: string): number => index.find(path) ?? -1;
  expect(index.record).toEqual(record);
  expect(index.count).toBe(11);
  expect(index.path(at('/usr/bin/sh'))).toBe('/usr/bin/sh');
  expect(index.contentDigest(at('/usr/bin/sh'))).toBe(`sha256:${hash('shell')}`);
  expect(index.tarOffset(at('/usr/bin/sh'))).toBe(512);
  expect(index.linkTarget(at('/usr/bin/ash'))).toBe('/usr/bin/sh');
  expect(index.linkTarget(at('/bin'))).toBe('usr/bin');
  expect(index.type(at('/etc/motd'))).toBe('whiteout');
  expect([index.isOpaque(at('/etc')), index.isImplied(at('/etc')), index.isOpaque(at('/usr'))]).toEqual([
    true,
    true,
    false,
  ]);
  expect([index.mode(at('/ping')), index.uid(at('/ping')), index.gid(at('/ping'))]).toEqual([0o4755, 1000, 70_000]);
  expect(index.xattrs(at('/ping'))).toEqual({ 'security.capability': 'AQD/' });
  expect(index.device(at('/null'))).toEqual({ major: 1, minor: 3 });
  expect(index.mtime(at('/null'))).toBe(1_700_000_000);
});

test('the root and what is not there have their answers', () => {
  const index = EntryIndex.of(bytes);
  expect([index.find('/'), index.find(''), index.find('/usr/'), index.find('/none/deeper')]).toEqual([
    0,
    0,
    index.find('/usr'),
    undefined,
  ]);
  expect([index.path(0), index.name(0), index.parent(0)]).toEqual(['/', '', undefined]);
});

test("a directory's children are sorted by the bytes of their names", () => {
  const index = EntryIndex.of(bytes);
  const { first, end } = index.children(0);
  const names = Array.from({ length: end - first }, (_, place) => index.name(first + place));
  expect(names).toEqual(['bin', 'etc', 'null', 'ping', 'usr', 'ñandú']);
});

test('any bytes at any place of memory will do', () => {
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  expect(EntryIndex.of(shifted.subarray(1)).find('/usr/bin/sh')).toBeDefined();
});

test.each([
  ['nothing', () => Buffer.alloc(0)],
  ['another file', () => Buffer.alloc(4096, 'x')],
  ['a truncated index', () => bytes.subarray(0, bytes.length - 1)],
  ['an index with more after it', () => Buffer.concat([bytes, Buffer.alloc(8)])],
  ['a flipped bit', () => flipped(bytes.length >> 1)],
  ['a checksum of other bytes', () => flipped(bytes.length - 1)],
  ['a header that promises four thousand million entries', () => withWord(12, 0xffffffff)],
])('%s is corrupt', (_, damage) => {
  expect(() => EntryIndex.of(damage())).toThrow(expect.objectContaining({ code: 'corrupt' }));
});

test('no word of the columns leads outside, even under a right checksum', () => {
  for (let offset = 8; offset < bytes.length - 32; offset += 4) {
    const index = opened(sealed(withWord(offset, 0x7fffffff)));
    if (index === undefined) continue;
    for (let entry = 0; entry < index.count; entry += 1) {
      expect(index.path(entry).length).toBeLessThan(200);
      expect(index.children(entry).end).toBeLessThanOrEqual(index.count);
    }
  }
});

function opened(damaged: Buffer): EntryIndex | undefined {
  try {
    return EntryIndex.of(damaged);
  } catch (error) {
    expect(error).toMatchObject({ code: 'corrupt' });
    return undefined;
  }
}

function flipped(offset: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(offset) ^ 1, offset);
  return copy;
}

function withWord(offset: number, word: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(word, offset);
  return copy;
}

function sealed(copy: Buffer): Buffer {
  const end = copy.length - 32;
  createHash('sha256').update(copy.subarray(0, end)).digest().copy(copy, end);
  return copy;
}

test('a big index is looked at in many steps, so that others have their turn, and damage is found all the same', () => {
  const files = Array.from({ length: 50_000 }, (_, number) => file(`file-${number}`, ''));
  const bytes = encodeEntryIndex(record, directory('', files));
  const steps = EntryIndex.inSteps(bytes);
  let taken = 0;
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) taken += 1;
  expect(step.value.count).toBe(50_001);
  // A step for every ten thousand entries, twice, and for every two megabytes.
  expect(taken).toBeGreaterThan(10);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  expect(() => [...EntryIndex.inSteps(bytes)]).toThrow('entry index is damaged');
});
