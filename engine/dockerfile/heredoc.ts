import { DockerfileError } from './problem.ts';
import { expand } from './shell-lexer.ts';

/** What `<<NAME` says: the content comes on the lines after. */
export interface HeredocHead {
  readonly name: string;
  readonly expands: boolean;
  readonly descriptor: number;
  /** `<<-`: tabs at the beginning of lines are none of its content. */
  readonly stripsTabs: boolean;
}

const HEAD = /^(\d*)<<(-?)([^<]*)$/s;
const nothing: ReadonlyMap<string, string> = new Map();

/** The heredocs that a line opens, in their order. Quotes that don't close open none: a shell may know what they mean. */
export function heredocsIn(text: string, escape: '\\' | '`'): HeredocHead[] {
  if (!text.includes('<<')) return [];
  try {
    const { words } = expand(text, {
      escape,
      variables: nothing,
      keepQuotes: true,
      keepEscapes: true,
      keepUnset: true,
    });
    return words.flatMap((word) => headOf(word, escape) ?? []);
  } catch (error) {
    if (error instanceof DockerfileError) return [];
    throw error;
  }
}

/** `<<EOF`, `3<<-"EOF"`. */
export function headOf(word: string, escape: '\\' | '`'): HeredocHead | undefined {
  const [, descriptor = '', dash = '', rest = ''] = HEAD.exec(word) ?? [];
  if (rest === '') return undefined;
  const options = { escape, variables: nothing, keepUnset: true };
  const { words } = expand(rest, options);
  const [name, ...others] = words;
  if (name === undefined || others.length > 0) return undefined;
  const kept = expand(rest, { ...options, keepQuotes: true }).text;
  return {
    name,
    expands: kept === name,
    descriptor: descriptor === '' ? 0 : Number(descriptor),
    stripsTabs: dash === '-',
  };
}
