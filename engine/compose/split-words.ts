import { EngineError } from '#engine/contract/errors.ts';

/** A command as words: a list as it is, a line as a shell splits it, without expanding anything. */
export function splitWords(command: string | readonly string[]): string[] {
  if (typeof command !== 'string') return [...command];
  const words: string[] = [];
  let word: string | undefined;
  for (const [piece, ...groups] of command.matchAll(PIECES)) {
    if (piece === '"' || piece === "'") {
      throw new EngineError('invalid-argument', `a quote in ${JSON.stringify(command)} is not closed`);
    }
    const isSpace = /^\s/.test(piece);
    if (isSpace && word !== undefined) words.push(word);
    word = isSpace ? undefined : (word ?? '') + spoken(piece, groups);
  }
  return word === undefined ? words : [...words, word];
}

/** What stands in single quotes, in double ones, after a backslash; spaces; anything else. */
const PIECES = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|\s+|["']|[^\s'"\\]+|\\$/gs;

function spoken(piece: string, [single, double, escaped]: readonly (string | undefined)[]): string {
  return single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? piece;
}
