import { pathBytes } from '#engine/archive/path-text.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { SearchKind } from '#engine/contract/search.ts';

/**
 * What entries are held against. Texts are bytes as letters (latin1), as `SearchColumns` has them, so that a name that is
 * no UTF-8 can be found too.
 */
export type SearchPattern =
  /** `name` somewhere in an entry's name, or at its beginning when `parent` must end the path before it. */
  | { readonly kind: 'text'; readonly name: string; readonly parent: string | undefined; readonly isWhole: boolean }
  /** Against all names at once. */
  | { readonly kind: 'names'; readonly expression: RegExp }
  | { readonly kind: 'paths'; readonly expression: RegExp }
  | { readonly kind: 'digest'; readonly hex: string };

export interface SearchQuery {
  readonly text: string;
  readonly kind: SearchKind;
}

const LEAST_DIGITS = 8;

/** How a text is meant whose kind nobody has said. */
export function searchQuery(text: string, kind?: SearchKind): SearchQuery {
  if (kind !== undefined) return { text, kind };
  if (/^sha256:[0-9a-f]+$/i.test(text) || /^[0-9a-f]{64}$/i.test(text)) return { text, kind: 'digest' };
  const between = /^\/(.+)\/$/.exec(text)?.[1];
  // A path that ends with a slash is a directory's; what only an expression has makes it one.
  if (between !== undefined && /[\\^$|()+\]}]/.test(between)) return { text: between, kind: 'regex' };
  return { text, kind: /[*?]|\[.+\]/.test(text) ? 'glob' : 'text' };
}

/** @throws EngineError `invalid-argument` for what is no expression or digest. */
export function searchPattern({ text, kind }: SearchQuery): SearchPattern {
  switch (kind) {
    case 'text':
      return textPattern(text);
    case 'glob':
      return globPattern(text);
    case 'regex':
      return { kind: 'paths', expression: expressionOf(asLetters(text), text) };
    case 'digest':
      return digestPattern(text);
  }
}

function textPattern(text: string): SearchPattern {
  const low = lowLetters(asLetters(text));
  const wanted = low.replace(/\/+$/, '');
  if (wanted === '') throw new EngineError('invalid-argument', 'Every path has a slash; write a part of a name.');
  const isWhole = wanted !== low;
  const slash = wanted.lastIndexOf('/');
  const parent = slash === -1 ? undefined : wanted.slice(0, slash);
  return { kind: 'text', name: wanted.slice(slash + 1), parent, isWhole };
}

function globPattern(text: string): SearchPattern {
  const letters = asLetters(text);
  if (!letters.includes('/')) {
    return { kind: 'names', expression: expressionOf(`(?<=/)${globSource(letters)}(?=/|$)`, text, 'g') };
  }
  const anywhere = letters.startsWith('/') ? '' : '(?:.*/)?';
  return { kind: 'paths', expression: expressionOf(`^${anywhere}${globSource(letters)}$`, text, 's') };
}

/** A letter that isn't ASCII is several bytes (RFC 3629). */
const ONE_LETTER =
  '(?:[\\x00-\\x2e\\x30-\\x7f]|[\\xc2-\\xdf][\\x80-\\xbf]|[\\xe0-\\xef][\\x80-\\xbf]{2}|[\\xf0-\\xf4][\\x80-\\xbf]{3})';

function globSource(glob: string): string {
  const parts = glob.match(/\*\*\/|\*+|\?|\[!?[^\]/]+\]|\\?[\s\S]/g) ?? [];
  return parts.map(partSource).join('');
}

function partSource(part: string): string {
  if (part === '**/') return '(?:.*/)?';
  if (part.startsWith('**')) return '.*';
  if (part === '*') return '[^/]*';
  if (part === '?') return ONE_LETTER;
  if (part.length > 1 && part.startsWith('[')) {
    const isOther = part.startsWith('[!');
    const letters = part.slice(isOther ? 2 : 1, -1).replaceAll(/[\\^[]/g, String.raw`\$&`);
    return isOther ? `[^/${letters}]` : `[${letters}]`;
  }
  const letter = part.length > 1 ? part.slice(1) : part;
  return letter.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

function expressionOf(source: string, asWritten: string, flags = ''): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: \/.*\/\w*: /s, '') : '';
    throw new EngineError('invalid-argument', `"${asWritten}" can't be looked for: ${why}.`, { cause: error });
  }
}

function digestPattern(text: string): SearchPattern {
  const hex = text.toLowerCase().replace(/^sha256:/, '');
  if (/^[0-9a-f]{8,64}$/.test(hex)) return { kind: 'digest', hex };
  throw new EngineError(
    'invalid-argument',
    `"${text}" is no digest of a file's content: write sha256: and ${LEAST_DIGITS} to 64 hexadecimal digits.`,
  );
}

function asLetters(text: string): string {
  return pathBytes(text).toString('latin1');
}

/** A to Z only: what looks like other letters are parts of them. */
export function lowLetters(letters: string): string {
  return letters.replaceAll(/[A-Z]+/g, (found) => found.toLowerCase());
}
