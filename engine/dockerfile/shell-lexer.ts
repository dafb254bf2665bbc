import { DockerfileError } from './problem.ts';
import { removePrefix, removeSuffix, replacePattern } from './shell-pattern.ts';

/** What variables are, by name; a name that isn't there is unset. */
export type Variables = ReadonlyMap<string, string>;

export interface LexerOptions {
  /** `\` or a backtick, from the parser directive. */
  readonly escape: '\\' | '`';
  readonly variables: Variables;
  /** Quotes stay in the result, as whoever reads it later wants them. */
  readonly keepQuotes?: boolean;
  /** So do escapes. */
  readonly keepEscapes?: boolean;
  /** Quotes are characters like others, as in a file. */
  readonly ignoresQuotes?: boolean;
  /** Variables that aren't set stay as they stand. */
  readonly keepUnset?: boolean;
}

export interface Expanded {
  /** The text with its quotes and variables resolved. */
  readonly text: string;
  /** The same, cut at every space that isn't quoted. */
  readonly words: readonly string[];
  /** Names that were asked for without a value of their own to fall back on, and were not set. */
  readonly unset: readonly string[];
}

/** Expands as a Dockerfile's instructions do (Dockerfile reference, "Environment replacement"). @throws DockerfileError. */
export function expand(text: string, options: LexerOptions): Expanded {
  return new ShellLexer(text, options).run();
}

const NAME_START = /[a-zA-Z_]/;
const NAME = /[a-zA-Z0-9_]/;
const DIGIT = /\d/;
/** One character that is a whole name for a shell (POSIX, "Special Parameters"). */
const SPECIAL = '@*#?-$!0';

/** Collects words: a space outside quotes ends one, quotes begin one even if nothing is in them. */
class Words {
  readonly done: string[] = [];
  #word = '';
  #isBegun = false;

  /** A character that may end a word. */
  add(char: string): void {
    if (/\s/.test(char)) this.end();
    else this.addRaw(char);
  }

  addRaw(text: string): void {
    this.#word += text;
    this.#isBegun = true;
  }

  end(): void {
    if (this.#isBegun) this.done.push(this.#word);
    this.#word = '';
    this.#isBegun = false;
  }
}

class ShellLexer {
  readonly #chars: readonly string[];
  readonly #options: LexerOptions;
  readonly #words = new Words();
  readonly #unset: string[] = [];
  #at = 0;
  /** Of braces that are open. */
  #depth = 0;

  constructor(text: string, options: LexerOptions) {
    this.#chars = Array.from(text);
    this.#options = options;
  }

  run(): Expanded {
    const text = this.#until('', false);
    this.#words.end();
    return { text, words: this.#words.done, unset: this.#unset };
  }

  get #next(): string {
    return this.#chars[this.#at] ?? '';
  }

  #take(): string {
    const char = this.#next;
    this.#at += 1;
    return char;
  }

  #isEscape(char: string): boolean {
    return char === this.#options.escape;
  }

  /** Up to `stop`, which is taken too; up to the end where `stop` is empty. */
  #until(stop: string, keepsEscapes: boolean): string {
    let result = '';
    while (this.#at < this.#chars.length) {
      if (stop !== '' && this.#next === stop) {
        this.#at += 1;
        return result;
      }
      result += this.#piece(keepsEscapes || this.#options.keepEscapes === true);
    }
    if (stop !== '') throw new DockerfileError(`unexpected end of statement while looking for matching ${stop}`);
    return result;
  }

  #piece(keepsEscapes: boolean): string {
    const char = this.#next;
    const isQuote = this.#options.ignoresQuotes !== true;
    if (isQuote && char === "'") return this.#singleQuoted();
    if (isQuote && char === '"') return this.#doubleQuoted();
    if (char === '$') return this.#split(this.#variable());
    this.#at += 1;
    if (!this.#isEscape(char)) return this.#split(char);
    if (this.#at >= this.#chars.length) return keepsEscapes ? this.#whole(char) : '';
    return this.#whole(keepsEscapes ? char + this.#take() : this.#take());
  }

  #split(text: string): string {
    if (this.#depth === 0) for (const char of text) this.#words.add(char);
    return text;
  }

  #whole(text: string): string {
    if (this.#depth === 0) this.#words.addRaw(text);
    return text;
  }

  #singleQuoted(): string {
    this.#at += 1;
    const end = this.#chars.indexOf("'", this.#at);
    if (end < 0) throw new DockerfileError('unexpected end of statement while looking for matching single-quote');
    const inside = this.#chars.slice(this.#at, end).join('');
    this.#at = end + 1;
    return this.#whole(this.#options.keepQuotes === true ? `'${inside}'` : inside);
  }

  #doubleQuoted(): string {
    this.#at += 1;
    let inside = '';
    while (this.#next !== '"') {
      if (this.#at >= this.#chars.length) {
        throw new DockerfileError('unexpected end of statement while looking for matching double-quote');
      }
      inside += this.#pieceInQuotes();
    }
    this.#at += 1;
    return this.#whole(this.#options.keepQuotes === true ? `"${inside}"` : inside);
  }

  #pieceInQuotes(): string {
    if (this.#next === '$') return this.#variable();
    const char = this.#take();
    if (!this.#isEscape(char) || this.#at >= this.#chars.length) return char;
    const escaped = this.#take();
    // Only what would have had a meaning loses its escape.
    const hasMeaning = escaped === '"' || escaped === '$' || this.#isEscape(escaped);
    return hasMeaning && this.#options.keepEscapes !== true ? escaped : char + escaped;
  }

  #variable(): string {
    this.#at += 1;
    if (this.#next === '{') {
      this.#at += 1;
      return this.#braced();
    }
    const name = this.#name();
    return name === '' ? '$' : this.#valueOf(name, `$${name}`);
  }

  #name(): string {
    const first = this.#next;
    if (first === '') return '';
    const kind = NAME_START.test(first) ? NAME : DIGIT.test(first) ? DIGIT : undefined;
    if (kind === undefined) return SPECIAL.includes(first) ? this.#take() : '';
    let name = '';
    while (this.#next !== '' && kind.test(this.#next)) name += this.#take();
    return name;
  }

  /** @param written as it stands, for those who keep what isn't set. */
  #valueOf(name: string, written: string): string {
    const value = this.#options.variables.get(name);
    if (value !== undefined) return value;
    this.#unset.push(name);
    return this.#options.keepUnset === true ? written : '';
  }

  #braced(): string {
    const begun = this.#at;
    if (this.#next === '') throw new DockerfileError("syntax error: missing '}'");
    const name = this.#name();
    if (name === '') throw new DockerfileError('bad substitution');
    const modifier = this.#take();
    if (modifier === '}') return this.#valueOf(name, `\${${name}}`);
    if (modifier === '') throw new DockerfileError("syntax error: missing '}'");
    if (modifier === ':') return this.#fallback(name, this.#take(), true);
    if (modifier === '#' || modifier === '%') return this.#trimmed(name, modifier);
    if (modifier === '/') return this.#replaced(name);
    if ('+-?'.includes(modifier)) return this.#fallback(name, modifier, false);
    const rest = this.#chars.slice(begun).join('');
    throw new DockerfileError(`unsupported modifier (${modifier}) in substitution: \${${rest}`);
  }

  /** `${x:-word}` and its kin. @param isNullUnset whether an empty value counts as none. */
  #fallback(name: string, modifier: string, isNullUnset: boolean): string {
    if (modifier === '' || !'+-?'.includes(modifier)) {
      throw new DockerfileError(`unsupported modifier (${isNullUnset ? ':' : ''}${modifier}) in substitution`);
    }
    const word = this.#aside(() => this.#until('}', false));
    const value = this.#options.variables.get(name);
    const isSet = value !== undefined && !(isNullUnset && value === '');
    if (modifier === '+') return isSet ? word : '';
    if (isSet) return value;
    if (modifier === '-') return word;
    const reason = word === '' ? `is not allowed to be ${value === undefined ? 'unset' : 'empty'}` : word;
    throw new DockerfileError(`${name}: ${reason}`);
  }

  /** `${x#pattern}`, `##` for the longest, `%` from the end. */
  #trimmed(name: string, modifier: '#' | '%'): string {
    const isLongest = this.#next === modifier;
    if (isLongest) this.#at += 1;
    const pattern = this.#aside(() => this.#until('}', true));
    const value = this.#valueOf(name, '');
    return modifier === '#' ? removePrefix(value, pattern, isLongest) : removeSuffix(value, pattern, isLongest);
  }

  /** `${x/pattern/text}`, `//` for every one. */
  #replaced(name: string): string {
    const isGlobal = this.#next === '/';
    if (isGlobal) this.#at += 1;
    const pattern = this.#aside(() => this.#until('/', true));
    const replacement = this.#aside(() => this.#until('}', true));
    return replacePattern(this.#valueOf(name, ''), pattern, { replacement, isGlobal });
  }

  /** What is read inside braces is no word of its own: the words go on with what comes of it. */
  #aside(read: () => string): string {
    this.#depth += 1;
    try {
      return read();
    } finally {
      this.#depth -= 1;
    }
  }
}
