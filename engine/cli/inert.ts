/** What ends a line, moves a cursor, or has a terminal do something: a path or a label of an image may hold it. */
const CONTROLS = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/** A text as it may stand on a terminal, whoever wrote it: what a terminal would obey is spelled out. */
export function inert(text: string): string {
  return text.replaceAll(CONTROLS, (letter) => {
    const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}
