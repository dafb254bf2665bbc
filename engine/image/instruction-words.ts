import { EngineError } from '#engine/contract/errors.ts';

/** Words of a Dockerfile's line: quotes hold together what is in them, a backslash takes what follows as it is. */
export function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs)].map(([word]) => unquoted(word));
}

function unquoted(word: string): string {
  return word.replaceAll(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs,
    (_, double?: string, single?: string, escaped?: string) =>
      double === undefined ? (single ?? escaped ?? '') : double.replaceAll(/\\(["\\$])/g, '$1'),
  );
}

/** `a=b "c"=d`, or `a b c` for one name and all that follows. @throws EngineError `invalid-argument`. */
export function equations(keyword: string, text: string): readonly (readonly [string, string])[] {
  const [first = '', ...others] = wordsOf(text);
  if (!first.includes('=')) {
    const value = text.trim().slice(text.trim().search(/\s|$/)).trim();
    if (value === '') throw new EngineError('invalid-argument', `${keyword} must have two arguments`);
    return [[first, value]];
  }
  return [first, ...others].map((word) => {
    const equals = word.indexOf('=');
    if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
    throw new EngineError(
      'invalid-argument',
      `Syntax error - can't find = in "${word}". Must be of the form: name=value`,
    );
  });
}
