import type { FilePreview } from '#engine/contract/layer.ts';

/** How much of a file is enough to look at. */
export const PREVIEW_BYTES = 512 * 1024;
const DUMP_BYTES = 4096;

/** The beginning of a file for people to look at: as text where it is one, otherwise as a dump. @param size of all of it */
export function previewOf(bytes: Uint8Array, size: number, layer: number): FilePreview {
  if (size === 0) return { kind: 'empty', text: '', size, isTruncated: false, layer };
  const text = asText(bytes, size > bytes.length);
  if (text !== undefined) return { kind: 'text', text, size, isTruncated: size > bytes.length, layer };
  return { kind: 'binary', text: hexDump(bytes.subarray(0, DUMP_BYTES)), size, isTruncated: size > DUMP_BYTES, layer };
}

/** Undefined when it isn't UTF-8, or holds what no text does. */
export function asText(bytes: Uint8Array, isCut: boolean): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    // A cut may fall within a character: with `stream` its first bytes wait for the rest.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined;
  }
}

/** As `hexdump -C` has it. */
function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0'));
    const words = `${hex.slice(0, 8).join(' ').padEnd(23)}  ${hex.slice(8).join(' ').padEnd(23)}`;
    const letters = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${words}  |${letters}|`);
  }
  return lines.join('\n');
}
