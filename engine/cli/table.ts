import { inert } from './inert.ts';
import { widthOf } from './live-block.ts';

/** Columns as wide as their widest cell, two spaces apart, the last as long as it is. What a cell holds moves no cursor. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map((cell) => inert(cell)));
  const widths = header.map((_, column) => all.reduce((most, row) => Math.max(most, widthOf(row[column] ?? '')), 0));
  return all
    .map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : padded(cell, widths[column] ?? 0))))
    .map((cells) => `${cells.join('  ').trimEnd()}\n`)
    .join('');
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(width - widthOf(cell));
}

/** A table with a line above it; nothing at all without rows. */
export function formatSection(title: string, header: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : `\n${title}\n${formatTable(header, rows)}`;
}
