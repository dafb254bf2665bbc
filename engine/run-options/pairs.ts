import { EngineError } from '#engine/contract/errors.ts';

/** `NAME=value`; what has no `=` is a name alone, with an empty value. */
export function parsePair(text: string): readonly [name: string, value: string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** `NAME=value`, or `NAME` for what the environment has: nothing where it has none. */
export function parseVariable(text: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (text.includes('=')) return text;
  const value = env[text];
  return value === undefined ? undefined : `${text}=${value}`;
}

/**
 * The lines of a file of variables or labels: `NAME=value`, or a name alone; `#` begins a comment.
 * @throws EngineError `invalid-argument` for a name with a space in it.
 */
export function parsePairLines(text: string, place: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return lines
    .map((line) => line.trimStart())
    .flatMap((line, index) => {
      if (line === '' || line.startsWith('#')) return [];
      const [name] = parsePair(line);
      if (name !== '' && !/\s/.test(name)) return [line];
      throw new EngineError(
        'invalid-argument',
        `${place}:${index + 1}: "${name}" is no name of a variable: write NAME=value.`,
      );
    });
}

/** `a=1,b,c="x,y"` as comma-separated values have it (RFC 4180). */
export function splitFields(text: string): readonly string[] {
  const fields = [...text.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map(([, field = '']) => field);
  return fields.map((field) => (/^".*"$/s.test(field) ? field.slice(1, -1).replaceAll('""', '"') : field));
}
