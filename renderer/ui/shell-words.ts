/** What keeps a line from being split into words. */
export type ShellWordsProblem = 'open-single-quote' | 'open-double-quote' | 'trailing-backslash';

export type ShellWords =
  | { readonly words: readonly string[]; readonly problem?: undefined }
  | { readonly problem: ShellWordsProblem; readonly words?: undefined };

interface Reading {
  readonly text: string;
  at: number;
  word: string | undefined;
  readonly words: string[];
}

/**
 * Splits a line into words as a POSIX shell does ("Quoting" and "Token Recognition"), and does nothing else of a
 * shell: `$HOME`, `*`, `|` and `;` are plain characters, as they are to a container's argv.
 */
export function splitShellWords(text: string): ShellWords {
  const reading: Reading = { text, at: 0, word: undefined, words: [] };
  while (reading.at < text.length) {
    const problem = readPiece(reading);
    if (problem !== undefined) return { problem };
  }
  endWord(reading);
  return { words: reading.words };
}

function readPiece(reading: Reading): ShellWordsProblem | undefined {
  const character = reading.text.charAt(reading.at);
  if (/\s/.test(character)) {
    endWord(reading);
    reading.at += 1;
    return undefined;
  }
  if (character === "'") return readSingleQuoted(reading);
  if (character === '"') return readDoubleQuoted(reading);
  if (character === '\\') return readEscaped(reading);
  reading.word = (reading.word ?? '') + character;
  reading.at += 1;
  return undefined;
}

function endWord(reading: Reading): void {
  if (reading.word !== undefined) reading.words.push(reading.word);
  reading.word = undefined;
}

function readSingleQuoted(reading: Reading): ShellWordsProblem | undefined {
  const end = reading.text.indexOf("'", reading.at + 1);
  if (end < 0) return 'open-single-quote';
  reading.word = (reading.word ?? '') + reading.text.slice(reading.at + 1, end);
  reading.at = end + 1;
  return undefined;
}

function readDoubleQuoted(reading: Reading): ShellWordsProblem | undefined {
  let word = reading.word ?? '';
  for (let at = reading.at + 1; at < reading.text.length; at += 1) {
    const character = reading.text.charAt(at);
    if (character === '"') {
      reading.word = word;
      reading.at = at + 1;
      return undefined;
    }
    const next = reading.text.charAt(at + 1);
    if (character === '\\' && '$`"\\'.includes(next) && next !== '') {
      word += next;
      at += 1;
    } else {
      word += character;
    }
  }
  return 'open-double-quote';
}

function readEscaped(reading: Reading): ShellWordsProblem | undefined {
  const next = reading.text.charAt(reading.at + 1);
  if (next === '') return 'trailing-backslash';
  // A backslash before a line's end joins the lines.
  reading.word = next === '\n' ? reading.word : (reading.word ?? '') + next;
  reading.at += 2;
  return undefined;
}

const SAFE = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** The word as a shell reads it back: bare where that is safe, otherwise in single quotes. */
export function quoteShellWord(word: string): string {
  if (SAFE.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export function joinShellWords(words: readonly string[]): string {
  return words.map(quoteShellWord).join(' ');
}
