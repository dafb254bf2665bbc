import type { CommandForm, NameValue } from './instruction.ts';
import { DockerfileError } from './problem.ts';
import { quotedWords } from './quoted-words.ts';

/** A JSON array of strings, or undefined: then it is the shell's own bracket. */
export function jsonWords(text: string): readonly string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  let words: unknown;
  try {
    words = JSON.parse(text);
  } catch {
    return undefined;
  }
  return Array.isArray(words) && words.every((word): word is string => typeof word === 'string') ? words : undefined;
}

/** Dockerfile reference, "Shell and exec form". */
export function commandForm(text: string): CommandForm {
  const words = jsonWords(text);
  return words === undefined ? { form: 'shell', line: text.trim() } : { form: 'exec', words };
}

/** JSON, or words with spaces between them: quotes mean nothing there. */
export function listOf(text: string): readonly string[] {
  return jsonWords(text) ?? spaced(text);
}

export function spaced(text: string): readonly string[] {
  const trimmed = text.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

/**
 * `name=value …`, or `name value` for one name and all that follows. Values keep their quotes: they are resolved when
 * variables are.
 * @throws DockerfileError.
 */
export function nameValues(
  keyword: string,
  text: string,
  escape: '\\' | '`',
): { pairs: readonly NameValue[]; isLegacy: boolean } {
  const words = quotedWords(text, escape);
  const [first] = words;
  if (first === undefined) throw new DockerfileError(`${keyword} requires at least one argument`);
  if (!first.includes('=')) {
    const [, name = '', value = ''] = /^\s*(\S+)\s+(.*)$/s.exec(text) ?? [];
    if (name === '') throw new DockerfileError(`${keyword} must have two arguments`);
    return { pairs: [{ name, value: value.trimEnd() }], isLegacy: true };
  }
  const pairs = words.map((word) => {
    const equals = word.indexOf('=');
    if (equals < 0) {
      throw new DockerfileError(`Syntax error - can't find = in "${word}". Must be of the form: name=value`);
    }
    if (equals === 0) throw new DockerfileError(`${keyword} names can not be blank`);
    return { name: word.slice(0, equals), value: word.slice(equals + 1) };
  });
  return { pairs, isLegacy: false };
}
