import { pathBytes } from './path-text.ts';
import type { TarEntry, TarEntryType } from './tar-entry.ts';
import { BLOCK_BYTES } from './tar-header.ts';

/** What an entry's header is made from. */
export type TarRecord = Omit<TarEntry, 'dataOffset' | 'xattrs'>;

const flags: Readonly<Record<TarEntryType, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
};

/** Two empty blocks say that there is no more. */
export const TAR_END = Buffer.alloc(2 * BLOCK_BYTES);

/** A header of POSIX's dialect (pax(1)), with an extended one before it for what doesn't fit. */
export function encodeTarHeader(record: TarRecord, xattrs: TarEntry['xattrs'] = new Map()): Buffer {
  const name = pathBytes(record.name);
  const linkName = pathBytes(record.linkName);
  const records = [
    ...(name.length > 100 ? [paxRecord('path', name)] : []),
    ...(linkName.length > 100 ? [paxRecord('linkpath', linkName)] : []),
    ...(fits(record.size, 12) ? [] : [paxRecord('size', String(record.size))]),
    ...(fits(record.uid, 8) ? [] : [paxRecord('uid', String(record.uid))]),
    ...(fits(record.gid, 8) ? [] : [paxRecord('gid', String(record.gid))]),
    ...(record.mtime >= 0 && Number.isInteger(record.mtime) ? [] : [paxRecord('mtime', record.mtime.toFixed(6))]),
    ...[...xattrs].map(([key, value]) => paxRecord(`SCHILY.xattr.${key}`, value)),
  ];
  const own = headerBlock({ ...record, name, linkName, flag: flags[record.type] });
  if (records.length === 0) return own;
  const body = Buffer.concat(records);
  const extension = { ...record, name: Buffer.from('PaxHeaders/entry'), linkName: Buffer.alloc(0), flag: 'x' };
  return Buffer.concat([
    headerBlock({ ...extension, mode: 0o644, size: body.length }),
    body,
    tarPadding(body.length),
    own,
  ]);
}

/** What follows an entry's bytes, up to the next block. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);
}

/** `<length> <key>=<value>\n`, where length counts its own digits too. */
function paxRecord(key: string, value: Buffer | string): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

interface HeaderFields extends Omit<TarRecord, 'name' | 'linkName' | 'type'> {
  readonly name: Buffer;
  readonly linkName: Buffer;
  readonly flag: string;
}

function headerBlock(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  fields.name.copy(block, 0, 0, 100);
  putOctal(block, 100, { length: 8, value: fields.mode });
  putOctal(block, 108, { length: 8, value: fields.uid });
  putOctal(block, 116, { length: 8, value: fields.gid });
  putOctal(block, 124, { length: 12, value: fields.size });
  putOctal(block, 136, { length: 12, value: Math.max(0, Math.trunc(fields.mtime)) });
  block.fill(' ', 148, 156);
  block.write(fields.flag, 156, 'latin1');
  fields.linkName.copy(block, 157, 0, 100);
  block.write('ustar\0' + '00', 257, 'latin1');
  putOctal(block, 329, { length: 8, value: fields.major });
  putOctal(block, 337, { length: 8, value: fields.minor });
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** What doesn't fit stands in the extended header; the field then says nothing. */
function putOctal(
  block: Buffer,
  at: number,
  { length, value }: { readonly length: number; readonly value: number },
): void {
  const known = fits(value, length) ? value : 0;
  block.write(`${known.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
}

function fits(value: number, length: number): boolean {
  return value >= 0 && value < 8 ** (length - 1);
}
