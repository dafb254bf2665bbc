import { EngineError } from '#engine/contract/errors.ts';

/**
 * The records of an extended header (pax(1), "pax Extended Header"): `<length> <key>=<value>\n`, where length counts all of the
 * record. Values are bytes: names may be in any encoding, extended attributes are binary.
 *
 * @throws EngineError `corrupt`
 */
export function parsePaxRecords(bytes: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  let rest = bytes;
  while (rest.length > 0 && rest[0] !== 0) {
    const space = rest.indexOf(0x20);
    const digits = rest.toString('latin1', 0, Math.min(Math.max(space, 0), 20));
    const length = /^[0-9]+$/.test(digits) ? Number(digits) : 0;
    const equals = rest.indexOf(0x3d);
    const isWhole = length <= rest.length && equals > space && equals < length - 1 && rest[length - 1] === 0x0a;
    if (!isWhole) throw new EngineError('corrupt', 'the tar has an extended header that is damaged');
    records.set(rest.toString('utf8', space + 1, equals), Buffer.from(rest.subarray(equals + 1, length - 1)));
    rest = rest.subarray(length);
  }
  return records;
}
