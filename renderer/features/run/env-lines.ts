const LINE = /^(?:export\s+)?([^=\s][^=]*)=(.*)$/;

/**
 * `NAME=VALUE` lines as they are pasted from an `.env` file, from `env`, or from a shell's history: blank lines and
 * comments are skipped, `export` and one pair of quotes around a value are taken off.
 */
export function parseEnvLines(text: string): readonly { readonly name: string; readonly value: string }[] {
  const rows: { readonly name: string; readonly value: string }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = LINE.exec(line.trim());
    const name = match?.[1]?.trim();
    if (name === undefined || name.startsWith('#')) continue;
    rows.push({ name, value: unquote(match?.[2] ?? '') });
  }
  return rows;
}

function unquote(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value);
  return quoted?.[2] ?? value;
}
