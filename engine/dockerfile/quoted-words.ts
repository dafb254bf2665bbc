interface Patterns {
  readonly word: RegExp;
  readonly piece: RegExp;
  readonly escaped: RegExp;
}

const patterns: Readonly<Record<'\\' | '`', Patterns>> = { '\\': patternsOf('\\'), '`': patternsOf('`') };

function patternsOf(escape: string): Patterns {
  const char = RegExp.escape(escape);
  const inQuotes = `(?:[^"${char}]|${char}.?)*`;
  return {
    word: new RegExp(`(?:[^\\s"'${char}]|${char}.?|"${inQuotes}"?|'[^']*'?)+`, 'gs'),
    piece: new RegExp(`"(${inQuotes})"?|'([^']*)'?|${char}(.?)`, 'gs'),
    escaped: new RegExp(`${char}(.?)`, 'gs'),
  };
}

/** Cut where a space is neither quoted nor escaped; quotes and escapes stay. A quote that doesn't end goes to the end. */
export function quotedWords(text: string, escape: '\\' | '`'): readonly string[] {
  return text.match(patterns[escape].word) ?? [];
}

/** A word without its quotes and escapes. */
export function unquoted(word: string, escape: '\\' | '`'): string {
  const { piece, escaped } = patterns[escape];
  return word.replaceAll(piece, (_, double?: string, single?: string, char?: string) =>
    double === undefined ? (single ?? char ?? '') : double.replaceAll(escaped, '$1'),
  );
}
