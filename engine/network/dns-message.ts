import { parseAddress } from './ip-address.ts';

/** RFC 1035, section 4.1, as much as a resolver needs that answers for some names and passes on the rest. */
export interface DnsQuery {
  readonly id: number;
  readonly isRecursionDesired: boolean;
  /** In lower case, without the last dot. */
  readonly name: string;
  /** RFC 1035, section 3.2.2; 28 is AAAA (RFC 3596). */
  readonly type: number;
  /** The question as it was asked. */
  readonly question: Buffer;
}

export const recordTypes = { a: 1, ptr: 12, aaaa: 28 } as const;
export const responseCodes = { success: 0, failed: 2, noSuchName: 3 } as const;

const HEADER = 12;
const INTERNET = 1;
/** A name's bytes, and a label's (section 2.3.4). */
const MOST = { name: 255, label: 63 };
/** Bits of a header's second pair of bytes (section 4.1.1). */
const FLAGS = {
  response: 0x80_00,
  operation: 0x78_00,
  authoritative: 0x04_00,
  recursionDesired: 0x01_00,
  recursionAvailable: 0x00_80,
};

/** Undefined for anything but one plain question: what is sent here comes from whoever is in a container. */
export function parseQuery(bytes: Buffer): DnsQuery | undefined {
  if (bytes.length < HEADER || bytes.length > 0xff_ff) return undefined;
  const flags = bytes.readUInt16BE(2);
  const isQuery = (flags & (FLAGS.response | FLAGS.operation)) === 0 && bytes.readUInt16BE(4) === 1;
  const read = isQuery ? readName(bytes) : undefined;
  if (read === undefined || read.end + 4 > bytes.length || bytes.readUInt16BE(read.end + 2) !== INTERNET)
    return undefined;
  return {
    id: bytes.readUInt16BE(0),
    isRecursionDesired: (flags & FLAGS.recursionDesired) !== 0,
    name: read.name,
    type: bytes.readUInt16BE(read.end),
    question: bytes.subarray(HEADER, read.end + 4),
  };
}

/** A question's name is written out: there is nothing before it that it could point to. */
function readName(bytes: Buffer): { readonly name: string; readonly end: number } | undefined {
  const labels: string[] = [];
  let at = HEADER;
  for (let length = bytes[at]; length !== 0; length = bytes[at]) {
    if (length === undefined || length > MOST.label || at + 1 + length - HEADER > MOST.name) return undefined;
    if (at + 1 + length >= bytes.length) return undefined;
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** What a name has of a type: an address in its own spelling, or a name. */
export interface DnsRecord {
  readonly type: number;
  readonly value: string;
}

/** Who leaves its network has another address when it comes back. */
const LIFETIME_SECONDS = 10;

export function encodeAnswer(
  query: DnsQuery,
  { records, code }: { readonly records: readonly DnsRecord[]; readonly code: number },
): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(query.id, 0);
  const asked = query.isRecursionDesired ? FLAGS.recursionDesired : 0;
  const own = records.length > 0 ? FLAGS.authoritative : 0;
  header.writeUInt16BE(FLAGS.response | FLAGS.recursionAvailable | asked | own | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, query.question, ...records.map(encodeRecord)]);
}

function encodeRecord({ type, value }: DnsRecord): Buffer {
  const data = type === recordTypes.ptr ? encodeName(value) : addressBytes(value);
  const head = Buffer.alloc(12);
  // Of the question's name, where that stands (section 4.1.4).
  head.writeUInt16BE(0xc0_00 | HEADER, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(INTERNET, 4);
  head.writeUInt32BE(LIFETIME_SECONDS, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').flatMap((label) => {
    const bytes = Buffer.from(label, 'latin1').subarray(0, MOST.label);
    return [Buffer.from([bytes.length]), bytes];
  });
  return Buffer.concat([...labels, Buffer.alloc(1)]);
}

function addressBytes(text: string): Buffer {
  const address = parseAddress(text);
  const size = address?.family === 6 ? 16 : 4;
  return Buffer.from((address?.value ?? 0n).toString(16).padStart(size * 2, '0'), 'hex');
}

/** The address that a name of in-addr.arpa or ip6.arpa asks about (RFC 1035, section 3.5; RFC 3596, section 2.5). */
export function reversedAddress(name: string): string | undefined {
  const [, four] = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name) ?? [];
  if (four !== undefined) return four.split('.').slice(0, 4).toReversed().join('.');
  const [, digits] = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name) ?? [];
  return digits
    ?.split('.')
    .slice(0, 32)
    .toReversed()
    .join('')
    .replace(/(.{4})(?=.)/g, '$1:');
}
