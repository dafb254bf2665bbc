import { StreamLanguage, type StringStream } from '@codemirror/language';

import { instructionFlags } from '#engine/contract/instruction-flags.ts';

/** Where in the file the reader is, from one line to the next. */
interface Place {
  /** Within an instruction that goes on: nothing here is a keyword. */
  isInside: boolean;
  /** Flags may stand yet. */
  takesFlags: boolean;
  keyword: string;
  /** Names of heredocs that are open, the one that is read first. */
  heredocs: readonly string[];
  /** Of heredocs that begin with the next line. */
  opened: readonly string[];
}

const HEREDOC = /^<<-?(["']?)([A-Za-z_]\w*)\1/;
const keywords = new RegExp(`^(?:${Object.keys(instructionFlags).join('|')})(?=\\s|$)`, 'i');

/** Colours of a Dockerfile: keywords, flags, variables, strings, comments and the text of heredocs. */
export const dockerfileLanguage = StreamLanguage.define<Place>({
  name: 'dockerfile',
  startState: () => ({ isInside: false, takesFlags: false, keyword: '', heredocs: [], opened: [] }),
  token: (stream, place) => {
    if (stream.sol() && place.heredocs.length > 0) return heredocLine(stream, place);
    const style = tokenOf(stream, place);
    // A comment amid an instruction doesn't end it.
    if (stream.eol() && style !== 'comment') endOfLine(place, /[\\`]\s*$/.test(stream.string));
    return style;
  },
  languageData: { commentTokens: { line: '#' } },
});

function heredocLine(stream: StringStream, place: Place): string {
  const [name] = place.heredocs;
  if (stream.string.replace(/^\t+/, '') === name) {
    place.heredocs = place.heredocs.slice(1);
    stream.skipToEnd();
    return 'labelName';
  }
  stream.skipToEnd();
  return 'string';
}

function endOfLine(place: Place, goesOn: boolean): void {
  place.heredocs = [...place.heredocs, ...place.opened];
  place.opened = [];
  if (place.heredocs.length > 0 || !goesOn) place.isInside = false;
}

/** What stands within any instruction and looks the same in all of them. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^\$(?:\{[^}]*\}?|\w+)/, 'variableName'],
  [/^"(?:[^"\\]|\\.)*"?|^'[^']*'?/, 'string'],
  [/^[\\`]\s*$/, 'operator'],
];

function tokenOf(stream: StringStream, place: Place): string | null {
  if (stream.eatSpace()) return null;
  if (isLineStart(stream) && stream.match(/^#.*/)) return 'comment';
  if (!place.isInside) return beginning(stream, place);
  if (place.takesFlags && stream.match(/^--[a-z-]*/)) return 'attributeName';
  const [, style] = words.find(([pattern]) => stream.match(pattern)) ?? [];
  return style ?? opening(stream, place) ?? plainWord(stream, place);
}

/** What has a meaning in some instructions only: heredocs, and AS. */
function opening(stream: StringStream, place: Place): string | undefined {
  if (/^FROM$/i.test(place.keyword)) return stream.match(/^AS(?=\s)/i) ? 'keyword' : undefined;
  const heredoc = /^(?:RUN|COPY|ADD)$/i.test(place.keyword) ? stream.match(HEREDOC) : null;
  if (heredoc === null || typeof heredoc === 'boolean') return undefined;
  place.opened = [...place.opened, heredoc[2] ?? ''];
  return 'labelName';
}

/** A flag's value belongs to the flags: they end with the first word that stands alone. */
function plainWord(stream: StringStream, place: Place): null {
  const isValue = /\S/.test(stream.string.charAt(stream.start - 1));
  stream.match(/^[=,;&|]+|^[^\s"'$=,;&|\\`]+|^./);
  if (!isValue) place.takesFlags = false;
  return null;
}

function isLineStart(stream: StringStream): boolean {
  return stream.string.slice(0, stream.start).trim() === '';
}

function beginning(stream: StringStream, place: Place): string | null {
  const found = stream.match(keywords);
  if (found === null || typeof found === 'boolean') {
    stream.match(/^\S+/);
    place.isInside = true;
    place.keyword = '';
    return 'invalid';
  }
  place.keyword = found[0];
  place.takesFlags = true;
  // ONBUILD holds another instruction.
  place.isInside = !/^ONBUILD$/i.test(place.keyword);
  return 'keyword';
}
