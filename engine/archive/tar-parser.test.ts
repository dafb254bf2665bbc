import { expect, test } from 'vitest';
import { pack } from 'tar-stream';

import type { TarEntry } from './tar-entry.ts';
import { TarParser } from './tar-parser.ts';

interface Packed {
  readonly name: string;
  readonly type?: 'directory' | 'symlink' | 'link' | 'character-device' | 'fifo';
  readonly linkname?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly devmajor?: number;
  readonly devminor?: number;
  readonly body?: string;
}

interface Found {
  readonly entry: TarEntry;
  readonly text: string;
}

function parse(tar: Buffer, chunkSize = tar.length): Found[] {
  const found: { entry: TarEntry; text: string; ended: boolean }[] = [];
  const parser = new TarParser({
    entry: (entry) => found.push({ entry, text: '', ended: false }),
    data: (chunk) => {
      const last = found.at(-1);
      if (last !== undefined) last.text += Buffer.from(chunk).toString('latin1');
    },
    entryEnd: () => {
      const last = found.at(-1);
      if (last !== undefined) last.ended = true;
    },
  });
  for (let at = 0; at < tar.length; at += chunkSize) parser.write(tar.subarray(at, at + chunkSize));
  parser.end();
  expect(found.every(({ ended }) => ended)).toBe(true);
  return found.map(({ entry, text }) => ({ entry, text }));
}

async function tarOf(...entries: Packed[]): Promise<Buffer> {
  const packed = pack();
  for (const { body = '', ...header } of entries) packed.entry({ mtime: new Date(1_700_000_000_000), ...header }, body);
  packed.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packed) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A header with nothing but what is given, and a right checksum. */
function header(fields: Readonly<Record<number, string | Buffer>>): Buffer {
  const block = Buffer.alloc(512);
  for (const [offset, value] of Object.entries({ 148: '        ', ...fields }))
    Buffer.from(value).copy(block, Number(offset));
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

const padded = (text: string | Buffer): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
};

const octal = (number: number): string => `${number.toString(8).padStart(11, '0')}\0`;

const pax = (records: Buffer): Buffer =>
  Buffer.concat([header({ 0: 'pax', 124: octal(records.length), 156: 'x' }), padded(records)]);

const record = (key: string, value: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = body.length + 1;
  while (String(length).length + body.length !== length) length += 1;
  return Buffer.concat([Buffer.from(String(length)), body]);
};

test('every kind of entry comes out as it went in, in chunks of any size', async () => {
  const tar = await tarOf(
    { name: 'etc', type: 'directory', mode: 0o755 },
    { name: 'etc/passwd', mode: 0o4644, uid: 12, gid: 34, body: 'root:x:0:0' },
    { name: 'etc/link', type: 'symlink', linkname: '/etc/passwd' },
    { name: 'etc/hard', type: 'link', linkname: 'etc/passwd' },
    { name: 'null', type: 'character-device', devmajor: 1, devminor: 3 },
    { name: 'pipe', type: 'fifo' },
    { name: `${'deep/'.repeat(60)}é`, body: 'x'.repeat(2000) },
  );
  for (const chunkSize of [1, 511, 512, 513, tar.length]) {
    const found = parse(tar, chunkSize);
    expect(found.map(({ entry }) => entry.type)).toEqual([
      'directory',
      'file',
      'symlink',
      'hardlink',
      'character-device',
      'fifo',
      'file',
    ]);
    expect(found[1]).toMatchObject({
      text: 'root:x:0:0',
      entry: { mode: 0o4644, uid: 12, gid: 34, mtime: 1_700_000_000 },
    });
    expect(found[2]?.entry.linkName).toBe('/etc/passwd');
    expect(found[4]?.entry).toMatchObject({ major: 1, minor: 3 });
    expect(found[6]).toMatchObject({ text: 'x'.repeat(2000), entry: { name: `${'deep/'.repeat(60)}é` } });
  }
});

test('an entry says where its bytes begin', async () => {
  const tar = await tarOf({ name: 'a', body: 'first' }, { name: 'b', body: 'second' });
  for (const { entry, text } of parse(tar)) {
    const start = entry.dataOffset ?? -1;
    expect(tar.toString('latin1', start, start + entry.size)).toBe(text);
  }
});

test('binary extended attributes and names that are no UTF-8 survive', () => {
  const capability = Buffer.of(1, 0, 0, 2, 0x0a, 0xff, 0x3d, 0, 0x80);
  const tar = Buffer.concat([
    pax(
      Buffer.concat([
        record('SCHILY.xattr.security.capability', capability),
        record('path', Buffer.from('caf\xe9', 'latin1')),
        record('mtime', Buffer.from('12.5')),
        record('size', Buffer.from('3')),
      ]),
    ),
    header({ 0: 'ignored', 156: '0' }),
    padded('abc'),
  ]);
  const [found] = parse(tar);
  expect(found?.entry.xattrs.get('security.capability')).toEqual(capability);
  expect(found?.entry).toMatchObject({ name: 'caf\udce9', mtime: 12.5, size: 3 });
});

test("GNU's long names and base 256 numbers are understood", () => {
  const name = 'n'.repeat(300);
  const big = Buffer.alloc(8);
  big.writeUInt32BE(4_000_000_000, 4);
  big.writeUInt8(0x80, 0);
  const tar = Buffer.concat([
    header({ 0: '././@LongLink', 124: octal(301), 156: 'L', 257: 'ustar  \0' }),
    padded(`${name}\0`),
    header({ 0: 'n', 108: big, 136: Buffer.alloc(12, 0xff), 156: '5', 257: 'ustar  \0' }),
  ]);
  expect(parse(tar)[0]?.entry).toMatchObject({ name, type: 'directory', uid: 4_000_000_000, mtime: -1 });
});

test('a tar without its end marker, or with only half of it, is whole', async () => {
  const tar = await tarOf({ name: 'a', body: 'first' });
  expect(parse(tar.subarray(0, tar.length - 1024))).toHaveLength(1);
  expect(parse(tar.subarray(0, tar.length - 512))).toHaveLength(1);
  expect(parse(Buffer.alloc(0))).toEqual([]);
  expect(parse(Buffer.concat([tar, Buffer.alloc(10_000)]))).toHaveLength(1);
});

const file = header({ 0: 'file', 124: octal(600), 156: '0' });

test.each([
  ['a cut body', Buffer.concat([file, Buffer.alloc(100)]), 'inside "file"'],
  ['a cut header', file.subarray(0, 100), 'middle of a header'],
  ['an extended header without its entry', pax(record('path', Buffer.from('x'))), 'middle of a header'],
  ['something after the end', Buffer.concat([Buffer.alloc(1024), Buffer.from('garbage')]), 'after its end'],
  ['an entry after the end', Buffer.concat([Buffer.alloc(512), file]), 'after its end'],
  ['a wrong checksum', Buffer.alloc(512, 'x'), 'checksum'],
  ['letters for a size', header({ 0: 'f', 124: 'zzzzzzz', 156: '0' }), 'number'],
  ['a negative size', header({ 0: 'f', 124: Buffer.alloc(12, 0xff), 156: '0' }), 'size'],
  ['an extended header of a gigabyte', header({ 0: 'x', 124: octal(2 ** 30), 156: 'x' }), 'extended header'],
  ['a record longer than its header', pax(Buffer.from('99 path=x\n')), 'extended header'],
  ['a record without a key', pax(Buffer.from('5 ab\n')), 'extended header'],
  ['a zero byte in a name', Buffer.concat([pax(record('path', Buffer.from('a\0b'))), file]), 'zero byte'],
])('%s is corrupt', (_, tar, sentence) => {
  expect(() => parse(tar)).toThrow(expect.objectContaining({ code: 'corrupt' }));
  expect(() => parse(tar)).toThrow(sentence);
});

test('a sparse file comes whole, with its zeros, in chunks of any size', () => {
  const map = Buffer.from('3\n2\n3\n10\n2\n20\n0\n');
  const records = Object.entries({ major: '1', minor: '0', name: 'disk.img', realsize: '20' });
  const tar = Buffer.concat([
    pax(Buffer.concat(records.map(([key, value]) => record(`GNU.sparse.${key}`, Buffer.from(value))))),
    header({ 0: 'GNUSparseFile.1/disk.img', 124: octal(517), 156: '0' }),
    padded(map.toString('latin1')),
    padded('abcde'),
    header({ 0: 'next', 156: '0' }),
  ]);
  for (const size of [tar.length, 512, 100, 1]) {
    const [sparse, next] = parse(tar, size);
    expect(sparse?.text).toBe('\0\0abc\0\0\0\0\0de\0\0\0\0\0\0\0\0');
    expect(sparse?.entry).toMatchObject({ name: 'disk.img', type: 'file', size: 20, dataOffset: undefined });
    expect(next?.entry.name).toBe('next');
  }
});

test.each([['a kind nobody knows', header({ 0: 'odd', 156: 'Q' })]])('%s is not supported, and says so', (_, tar) => {
  expect(() => parse(tar)).toThrow(expect.objectContaining({ code: 'unsupported' }));
});
