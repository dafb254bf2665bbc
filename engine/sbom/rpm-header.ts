import { foundPackage, type FoundPackage } from './found-package.ts';

/** Numbers of what a header says (rpm's documentation, "RPM v4 tags"). */
const TAG = { name: 1000, version: 1001, release: 1002, epoch: 1003, license: 1014, arch: 1022, source: 1044 } as const;
/** How it says it: rpm's documentation, "Header types". */
const INT32 = 4;
const texts = new Set([6, 8, 9]);

const ENTRY_BYTES = 16;
/** As rpm itself has it: a header with more is broken. */
const MOST_ENTRIES = 65_535;

/**
 * A package by its header as the database of rpm has it: how many entries, how many bytes of data, the entries (tag, type, offset,
 * count, all big-endian), the data. Undefined for what is no header, or of a key and no package.
 */
export function rpmPackage(header: Uint8Array): FoundPackage | undefined {
  const bytes = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  if (bytes.length < 8) return undefined;
  const count = bytes.readUInt32BE(0);
  const data = 8 + count * ENTRY_BYTES;
  if (count > MOST_ENTRIES || bytes.length < data) return undefined;
  const values = new Map<number, string>();
  for (let at = 8; at < data; at += ENTRY_BYTES) {
    const value = valueAt(bytes, data + bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 4));
    if (value !== undefined) values.set(bytes.readUInt32BE(at), value);
  }
  const name = values.get(TAG.name);
  // The keys that packages are checked with are kept beside them.
  if (name === 'gpg-pubkey') return undefined;
  const epoch = values.get(TAG.epoch);
  const version = [values.get(TAG.version), values.get(TAG.release)].filter((part) => part !== undefined).join('-');
  return foundPackage({
    kind: 'rpm',
    name,
    version: epoch === undefined || epoch === '0' ? version : `${epoch}:${version}`,
    architecture: values.get(TAG.arch),
    license: values.get(TAG.license),
    source: values.get(TAG.source)?.replace(/-[^-]+-[^-]+\.src\.rpm$/, ''),
  });
}

/** The first text, or the first number. */
function valueAt(bytes: Buffer, offset: number, type: number): string | undefined {
  if (type === INT32) return offset + 4 <= bytes.length ? String(bytes.readUInt32BE(offset)) : undefined;
  const end = texts.has(type) ? bytes.indexOf(0, offset) : -1;
  return end < offset ? undefined : bytes.toString('utf8', offset, end);
}
