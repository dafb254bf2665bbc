import { gzipSync, zstdCompressSync } from 'node:zlib';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { encodeTarHeader, TAR_END, tarPadding, type TarRecord } from '#engine/archive/encode-tar.ts';
import type { ErrorCode } from '#engine/contract/errors.ts';
import { OCI_INDEX } from '#engine/oci/media-types.ts';
import { dockerArchive, ociArchive, ociArchiveFiles } from '#engine/testing/archive-fixture.ts';
import { blobOf, document, makeImage, type ImageFixture, type LayerFixture } from '#engine/testing/image-fixture.ts';
import { digestOf, inPieces, tarOf, type TarItem } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { listImages } from './list-images.ts';
import { ImageStore } from './testing/image-store.ts';

/*
 * Archives built to harm, all into one store: nothing of what is refused may be left in it, and what it had must stay.
 */
const owned = new AsyncDisposableStack();
let store: ImageStore;
let before: Awaited<ReturnType<ImageStore['contents']>>;
const good = await makeImage([[{ name: 'shared', body: 'good' }]]);

beforeAll(async () => {
  const dir = owned.use(await temporaryDirectory('hostile'));
  store = owned.use(await ImageStore.open(dir.path));
  await store.load(inPieces(await ociArchive({ image: good, names: ['good:1'] })));
  before = await store.contents();
});
afterAll(() => owned.disposeAsync());

async function refuses(archive: Buffer, code: ErrorCode, words: string): Promise<void> {
  const loading = store.load(inPieces(archive, 256 * 1024));
  await expect(loading).rejects.toMatchObject({ code });
  await expect(loading).rejects.toThrow(words);
  await expect(loading).rejects.toThrow(/^[^\n]{20,600}$/);
  expect(await store.contents()).toEqual(before);
  expect(listImages(store.parts).map(({ Id }) => Id)).toEqual([good.config.descriptor.digest]);
}

const facts: TarRecord = {
  name: 'a',
  type: 'file',
  linkName: '',
  size: 0,
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: 0,
  major: 0,
  minor: 0,
};

interface RawEntry extends Partial<TarRecord> {
  readonly body?: string;
  /** Records of an extended header before it. */
  readonly pax?: Readonly<Record<string, string>>;
  /** Bytes of the header in place of the right ones. */
  readonly patch?: (header: Buffer) => void;
}

/** Entries as no library would write them. */
function rawTar(...entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(rawEntry), TAR_END]);
}

function rawEntry({ body = '', pax, patch, ...record }: RawEntry): readonly Buffer[] {
  const header = encodeTarHeader({ ...facts, size: Buffer.byteLength(body), ...record });
  patch?.(header);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  const bytes = Buffer.from(body);
  const own = [header, bytes, tarPadding(bytes.length)];
  if (pax === undefined) return own;
  const records = Object.entries(pax).map(([key, value]) => paxRecord(key, value));
  const extended = (block: Buffer): void => void block.write('x', 156, 'latin1');
  return [...rawEntry({ body: records.join(''), patch: extended }), ...own];
}

function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

/** A number as GNU's base 256, in a field of 12 bytes. */
function base256(at: number, bytes: readonly number[]): (header: Buffer) => void {
  return (header) => {
    header.fill(0, at, at + 12);
    Buffer.from(bytes).copy(header, at + 12 - bytes.length);
    header[at] = (header[at] ?? 0) | 0x80;
  };
}

/** An image of one layer, whose tar is what it is. */
async function imageOf(tar: Buffer, diffId = digestOf(tar)): Promise<ImageFixture> {
  const image = await makeImage([[]], { diffIds: [diffId] });
  const layer: LayerFixture = { diffId, tar, blob: blobOf('application/vnd.oci.image.layer.v1.tar', tar) };
  return { ...image, layers: [layer] };
}

async function archiveOf(tar: Buffer): Promise<Buffer> {
  return dockerArchive({ image: await imageOf(tar), names: ['bad:1'] });
}

const SIZE_FIELD = 124;
const TIME_FIELD = 136;
const sparse = (map: string): Readonly<Record<string, string>> => ({
  'GNU.sparse.size': '1000000000000',
  'GNU.sparse.map': map,
});

const hostile: readonly [string, readonly RawEntry[], ErrorCode, string][] = [
  ['climbs', [{ name: '../../escaped' }], 'corrupt', 'climbs out of the archive'],
  ['is absolute', [{ name: '/etc/escaped' }], 'corrupt', 'is absolute'],
  ['climbs by an extended header', [{ name: 'a', pax: { path: '../escaped' } }], 'corrupt', 'climbs out'],
  [
    'writes through a link outwards',
    [{ name: 'out', type: 'symlink', linkName: '/etc' }, { name: 'out/escaped' }],
    'corrupt',
    'leads out of the layer',
  ],
  [
    'writes through a relative link outwards',
    [{ name: 'out', type: 'symlink', linkName: '../..' }, { name: 'out/escaped' }],
    'corrupt',
    'leads out of the layer',
  ],
  [
    'links in a circle',
    [{ name: 'a', type: 'symlink', linkName: 'b' }, { name: 'b', type: 'symlink', linkName: 'a' }, { name: 'a/x' }],
    'corrupt',
    'leads out of the layer',
  ],
  ['has a hard link outwards', [{ name: 'a', type: 'hardlink', linkName: '../../etc/passwd' }], 'corrupt', 'hard link'],
  [
    'has a hard link to a whiteout',
    [{ name: '.wh.gone' }, { name: 'a', type: 'hardlink', linkName: 'gone' }],
    'corrupt',
    'which the layer has nothing of',
  ],
  ['has a hard link to nothing', [{ name: 'a', type: 'hardlink', linkName: 'b' }], 'corrupt', 'nothing of before it'],
  [
    'has a hard link to a directory',
    [
      { name: 'd', type: 'directory' },
      { name: 'a', type: 'hardlink', linkName: 'd' },
    ],
    'corrupt',
    'hard link to a directory',
  ],
  ['has a whiteout of nothing', [{ name: '.wh.' }], 'corrupt', 'whiteout that names nothing'],
  ['has a whiteout that climbs', [{ name: '.wh...' }], 'corrupt', 'whiteout that names nothing'],
  ['has a device beyond all numbers', [{ name: 'd', type: 'character-device', major: 5000 }], 'corrupt', 'device'],
  ['has a name of 300 bytes', [{ pax: { path: 'n'.repeat(300) } }], 'corrupt', 'longer than a path'],
  ['has no name', [{ name: '' }], 'corrupt', 'without a name'],
  ['has a sparse file of a terabyte', [{ pax: sparse('1000000000000,0') }], 'too-large', 'sparse files become larger'],
  ['has a sparse file that has less', [{ pax: sparse('0,1') }], 'corrupt', 'map is damaged'],
  ['has a sparse file that goes back', [{ pax: sparse('9,0,5,0') }], 'corrupt', 'map is damaged'],
  ['has a sparse file beyond its end', [{ pax: sparse('1000000000001,0') }], 'corrupt', 'map is damaged'],
  ['has a sparse file without a size', [{ pax: { 'GNU.sparse.major': '1' } }], 'corrupt', 'map is damaged'],
  [
    'has a sparse file whose map never ends',
    [{ pax: { 'GNU.sparse.major': '1', 'GNU.sparse.realsize': '1' }, body: `${'9'.repeat(6)}\n`.padEnd(5000, '1\n') }],
    'corrupt',
    'cut off',
  ],
  [
    'has a file of negative size',
    [{ patch: base256(SIZE_FIELD, [...Buffer.alloc(12, 0xff)]) }],
    'corrupt',
    'impossible size',
  ],
  ['has a file of 2^90 bytes', [{ patch: base256(SIZE_FIELD, [4, ...Buffer.alloc(10)]) }], 'corrupt', 'number'],
  ['has a size that is no number', [{ pax: { size: 'many' } }], 'corrupt', 'not a number'],
  ['has a size beyond all numbers', [{ pax: { size: '1e300' } }], 'corrupt', 'impossible size'],
  ['promises more than it has', [{ pax: { size: '1000000000000' } }], 'corrupt', 'cut off'],
  ['is from the year 10^30', [{ pax: { mtime: '1e38' } }], 'corrupt', 'impossible time'],
  ['belongs to nobody that can be', [{ pax: { uid: '-1' } }], 'corrupt', 'impossible user'],
  [
    'has a record longer than itself',
    [{ body: '99 path=a\n', patch: (h) => h.write('x', 156, 'latin1') }],
    'corrupt',
    'extended header',
  ],
];

test.each(hostile)('a layer that %s is refused', async (_, entries, code, words) => {
  await refuses(await archiveOf(rawTar(...entries)), code, words);
});

test('an extended header of 100 MB is refused before it is read', async () => {
  const huge = (header: Buffer): void => {
    header.write('x', 156, 'latin1');
    header.write('00575360400\0', SIZE_FIELD, 'latin1');
  };
  await refuses(await archiveOf(rawTar({ patch: huge })), 'corrupt', 'extended header of 100000000 bytes');
});

test('100,000 levels of folders are refused, by whatever way they are reached', async () => {
  const long = 'a/'.repeat(100_000);
  await refuses(await archiveOf(rawTar({ pax: { path: long } })), 'corrupt', 'longer than a path');
  const levels = 'a/'.repeat(1500);
  const entries = Array.from({ length: 70 }, (_, step): readonly RawEntry[] => {
    const from = step === 0 ? '' : `link-${step - 1}/`;
    const linkpath = `${from}${levels}`.slice(0, -1);
    const link = { name: `link-${step}`, type: 'symlink', pax: { linkpath } } as const;
    return [{ pax: { path: `${from}${levels}file` } }, link];
  });
  await refuses(await archiveOf(rawTar(...entries.flat())), 'corrupt', 'deeper than any path');
});

test.each([
  ['gzip', (zeros: Buffer) => gzipSync(zeros, { level: 9 })],
  ['zstd', (zeros: Buffer) => zstdCompressSync(zeros)],
])('a bomb of 4 GB in %s is refused long before it is unpacked, with memory flat', async (_, pack) => {
  // Bytes that are compressed one after another are one stream.
  const piece = pack(Buffer.alloc(64 * 1024 * 1024));
  const bomb = Buffer.concat(Array.from({ length: 64 }, () => piece));
  process.env['ESTRATO_UNPACK_RATIO'] = '100';
  const memory = process.memoryUsage.rss();
  try {
    await refuses(bomb, 'too-large', 'more than 100 times its size');
    const image = await imageOf(bomb);
    await refuses(await ociArchive({ image: await named(image), names: ['bad:1'] }), 'too-large', 'times its size');
  } finally {
    delete process.env['ESTRATO_UNPACK_RATIO'];
  }
  expect(process.memoryUsage.rss() - memory).toBeLessThan(400 * 1024 * 1024);
});

/** With a manifest of its own layers. */
async function named(image: ImageFixture): Promise<ImageFixture> {
  const { mediaType } = image.manifest.descriptor;
  const layers = image.layers.map(({ blob }) => blob.descriptor);
  const manifest = document(mediaType, { schemaVersion: 2, mediaType, config: image.config.descriptor, layers });
  return Promise.resolve({ ...image, manifest });
}

test('what unpacks to more than the size that is allowed is refused', async () => {
  process.env['ESTRATO_UNPACK_BYTES'] = '100000';
  try {
    const archive = await dockerArchive({ image: good, names: ['bad:1'] });
    await refuses(gzipSync(Buffer.concat([archive, Buffer.alloc(200_000)])), 'too-large', 'more than 100000 bytes');
  } finally {
    delete process.env['ESTRATO_UNPACK_BYTES'];
  }
});

test('a layer with another diff id than the config names is refused', async () => {
  const tar = await tarOf({ name: 'a', body: 'a' });
  const image = await imageOf(tar, digestOf('another'));
  await refuses(await dockerArchive({ image, names: ['bad:1'] }), 'corrupt', digestOf(tar));
});

test('a manifest of 50 MB is refused', async () => {
  const files: TarItem[] = [{ name: 'manifest.json', body: Buffer.alloc(50 * 1024 * 1024, ' ') }];
  await refuses(await tarOf(...files), 'too-large', 'larger than any such document');
});

test('an index that leads to itself, or to ever more of them, is refused', async () => {
  const files = ociArchiveFiles({ image: good, names: ['bad:1'] }).filter(({ name }) => name !== 'index.json');
  let inner = document(OCI_INDEX, { schemaVersion: 2, manifests: [good.manifest.descriptor] });
  const indexes: TarItem[] = [];
  for (let depth = 0; depth < 6; depth += 1) {
    indexes.push({ name: inner.descriptor.digest.replace('sha256:', 'blobs/sha256/'), body: inner.bytes });
    inner = document(OCI_INDEX, { schemaVersion: 2, manifests: [inner.descriptor] });
  }
  const archive = await tarOf(...files, ...indexes, { name: 'index.json', body: inner.bytes });
  await refuses(archive, 'corrupt', 'leads to ever more indexes');
});

test.each([
  ['manifest', 'application/vnd.example.manifest+json', 'is of the type'],
  ['layer', 'application/vnd.example.layer', 'layer of the type'],
])('a %s of an unknown media type is refused', async (what, mediaType, words) => {
  const layers = good.layers.map(({ blob }) => ({ ...blob.descriptor, ...(what === 'layer' ? { mediaType } : {}) }));
  const type = what === 'manifest' ? mediaType : good.manifest.descriptor.mediaType;
  const manifest = document(type, { schemaVersion: 2, config: good.config.descriptor, layers });
  await refuses(await ociArchive({ image: { ...good, manifest }, names: ['bad:1'] }), 'unsupported', words);
});

test('what may be odd is taken as it is: setuid, devices, names that are no UTF-8, times before 1970, twice the same', async () => {
  await using dir = await temporaryDirectory('odd');
  await using odd = await ImageStore.open(dir.path);
  const latin = (header: Buffer): void => void Buffer.from('caf\xe9', 'latin1').copy(header, 0);
  const tar = rawTar(
    { name: 'su', mode: 0o6755, body: 'setuid' },
    { name: 'null', type: 'character-device', mode: 0o666, major: 1, minor: 3 },
    { name: 'xxxx', body: 'latin', patch: latin },
    { name: 'old', patch: base256(TIME_FIELD, [...Buffer.alloc(11, 0xff), 0x9c]) },
    { name: 'twice', body: 'first' },
    { name: 'twice', body: 'second' },
  );
  await odd.load(inPieces(await archiveOf(tar)));
  const index = await odd.parts.layers.index(digestOf(tar));
  const found = new Map(Array.from({ length: index.count }, (_, entry) => [index.path(entry), entry]));
  expect([...found.keys()].filter((path) => path !== '/')).toHaveLength(5);
  expect(index.mode(found.get('/su') ?? 0)).toBe(0o6755);
  expect(index.size(found.get('/twice') ?? 0)).toBe('second'.length);
  expect(index.mtime(found.get('/old') ?? 0)).toBe(-100);
});
