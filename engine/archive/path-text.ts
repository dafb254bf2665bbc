import { isUtf8 } from 'node:buffer';

/*
 * Names in a tar and on disk are bytes; almost always, but not always, UTF-8. As text, a byte that belongs to no character
 * becomes a lone low surrogate (U+DC80 + byte - 0x80), as Python does (PEP 383): every name has one text and comes back
 * from it byte by byte.
 */

const ESCAPE_BASE = 0xdc00;

export function pathText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const character = bytes.subarray(at, at + sequenceLength(bytes[at] ?? 0));
    if (isUtf8(character)) {
      text += character.toString('utf8');
      at += character.length;
    } else {
      text += String.fromCharCode(ESCAPE_BASE + (bytes[at] ?? 0));
      at += 1;
    }
  }
  return text;
}

export function pathBytes(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isEscape = code >= ESCAPE_BASE + 0x80 && code <= ESCAPE_BASE + 0xff;
    parts.push(isEscape ? Buffer.of(code - ESCAPE_BASE) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** As the kernel is told it: a name that is no UTF-8 as the bytes it is. */
export function onDisk(text: string): Buffer | string {
  return text.isWellFormed() ? text : pathBytes(text);
}

/** Of a UTF-8 sequence, told by its first byte. */
function sequenceLength(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}
