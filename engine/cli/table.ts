/** Columns as wide as their widest cell, two spaces apart, the last as long as it is. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))))
    .map((cells) => `${cells.join('  ').trimEnd()}\n`)
    .join('');
}

/** A table with a line above it; nothing at all without rows. */
export function formatSection(title: string, header: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : `\n${title}\n${formatTable(header, rows)}`;
}
