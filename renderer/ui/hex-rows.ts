export interface HexRow {
  readonly offset: string;
  readonly hex: string;
  readonly letters: string;
}

/** Letters of eight bytes as numbers. */
const EIGHT = 23;

/** As `hexdump -C` has it, without its bars. @param rowBytes a line's, 16 or 8 */
export function hexRows(bytes: Uint8Array, offset: number, rowBytes: 8 | 16): readonly HexRow[] {
  const rows: HexRow[] = [];
  for (let at = 0; at < bytes.length; at += rowBytes) {
    const row = [...bytes.subarray(at, at + rowBytes)];
    const pairs = row.map((byte) => byte.toString(16).padStart(2, '0'));
    const [left, right] = [pairs.slice(0, 8).join(' ').padEnd(EIGHT), pairs.slice(8).join(' ').padEnd(EIGHT)];
    rows.push({
      offset: (offset + at).toString(16).padStart(8, '0'),
      hex: rowBytes === 8 ? left : `${left}  ${right}`,
      letters: row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join(''),
    });
  }
  return rows;
}

/** A place as people write it: `4096`, `0x1000`, `1000h`; undefined for what is none. */
export function parseOffset(text: string): number | undefined {
  const hex = /^(?:0x([0-9a-f]+)|([0-9a-f]+)h)$/i.exec(text.trim());
  if (hex !== null) return Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
  return /^\d+$/.test(text.trim()) ? Number(text.trim()) : undefined;
}
