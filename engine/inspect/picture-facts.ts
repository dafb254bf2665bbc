import type { PictureFacts } from '#engine/contract/file-facts.ts';

/** So much of a picture tells what it is. */
export const PICTURE_HEADER_BYTES = 64 * 1024;

/** What a picture's first bytes say; undefined for anything that is no picture which a browser draws. */
export function pictureFacts(bytes: Buffer): PictureFacts | undefined {
  for (const known of [png, gif, webp, jpeg, svg]) {
    const facts = known(bytes);
    if (facts !== undefined) return { kind: 'picture', ...facts };
  }
  return undefined;
}

type Facts = Omit<PictureFacts, 'kind'> | undefined;

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

function png(bytes: Buffer): Facts {
  if (bytes.length < 24 || !bytes.subarray(0, PNG.length).equals(PNG)) return undefined;
  return { mediaType: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

function gif(bytes: Buffer): Facts {
  if (bytes.length < 10 || !/^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6))) return undefined;
  return { mediaType: 'image/gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
}

/** RFC 9649, section 2: the simple formats and the extended one. */
function webp(bytes: Buffer): Facts {
  const isWebp = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
  if (!isWebp || bytes.length < 30) return undefined;
  const mediaType = 'image/webp';
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8X') return { mediaType, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
  if (kind === 'VP8 ')
    return { mediaType, width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  const packed = bytes.readUInt32LE(21);
  return { mediaType, width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
}

/** Markers of frames (ITU-T T.81, table B.1); between them are tables, arithmetic and extensions. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function jpeg(bytes: Buffer): Facts {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8 || bytes[2] !== 0xff) return undefined;
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (!isFrame(bytes[at + 1] ?? 0)) continue;
    return { mediaType: 'image/jpeg', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
  }
  return { mediaType: 'image/jpeg' };
}

const SVG_BYTES = 4096;
/** What may stand before its first element, one at a time: an expression for all of it would be tried in ever more ways. */
const BEFORE = /\s*(?:<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE svg[^>]*>)/isy;

function svg(bytes: Buffer): Facts {
  const text = bytes.toString('utf8', 0, SVG_BYTES).replace(/^\uFEFF/, '');
  let at = 0;
  for (BEFORE.lastIndex = 0; BEFORE.test(text);) at = BEFORE.lastIndex;
  return /^\s*<svg[\s>]/i.test(text.slice(at)) ? { mediaType: 'image/svg+xml' } : undefined;
}
