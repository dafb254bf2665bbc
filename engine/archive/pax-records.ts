import { EngineError } from '#engine/contract/errors.ts';

/**
 * The records of an extended header (pax(1), "pax Extended Header"): `<length> <key>=<value>\n`, where length counts all of the
 * record. Values are bytes: names may be in any encoding, extended attributes are binary.
 *
 * GNU's sparse files of version 0.0 say where their bytes are in records that come again and again: those become the one
 * record that version 0.1 has for it.
 *
 * @throws EngineError `corrupt`
 */
export function parsePaxRecords(bytes: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  const repeated: Buffer[] = [];
  let rest = bytes;
  while (rest.length > 0 && rest[0] !== 0) {
    const space = rest.indexOf(0x20);
    const digits = rest.toString('latin1', 0, Math.min(Math.max(space, 0), 20));
    const length = /^[0-9]+$/.test(digits) ? Number(digits) : 0;
    const equals = rest.indexOf(0x3d);
    const isWhole = length <= rest.length && equals > space && equals < length - 1 && rest[length - 1] === 0x0a;
    if (!isWhole) throw new EngineError('corrupt', 'the tar has an extended header that is damaged');
    const key = rest.toString('utf8', space + 1, equals);
    const value = Buffer.from(rest.subarray(equals + 1, length - 1));
    if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') repeated.push(value);
    else records.set(key, value);
    rest = rest.subarray(length);
  }
  if (repeated.length > 0) records.set('GNU.sparse.map', Buffer.from(repeated.join(',')));
  return records;
}
