import type { Directives } from './directives.ts';
import { heredocsIn, type HeredocHead } from './heredoc.ts';
import { errorAt, type Problem } from './problem.ts';

/** What stood between `<<NAME` and `NAME`. */
export interface Heredoc {
  readonly name: string;
  readonly content: string;
  /** False when the name was quoted: the content is taken as it is. */
  readonly expands: boolean;
  /** The file descriptor in front of `<<`, as a shell counts them; 0 if there is none. */
  readonly descriptor: number;
}

/** One instruction with the lines that belong to it joined. */
export interface LogicalLine {
  /** Without comments, continuations and heredocs. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly endLine: number;
  readonly heredocs: readonly Heredoc[];
  /** The comments right above, without their `#`. */
  readonly comments: readonly string[];
  /** Empty lines amid it. */
  readonly emptyContinuations: readonly number[];
}

/** Instructions after which heredocs are read; those that hold another instruction are asked about that one. */
const WITH_HEREDOCS = /^(?:ONBUILD\s+)?(?:ADD|COPY|RUN)\s/i;

/** Cuts a file into instructions (Dockerfile reference, "Format", "escape", "Here-Documents"). */
export function logicalLines(
  lines: readonly string[],
  { escape }: Directives,
): { lines: LogicalLine[]; problems: Problem[] } {
  const reader = new LineReader(lines, escape);
  return { lines: [...reader.instructions()], problems: reader.problems };
}

class LineReader {
  readonly problems: Problem[] = [];
  readonly #lines: readonly string[];
  readonly #escape: '\\' | '`';
  readonly #continuation: RegExp;
  #at = 0;

  constructor(lines: readonly string[], escape: '\\' | '`') {
    const char = RegExp.escape(escape);
    this.#lines = lines;
    this.#escape = escape;
    this.#continuation = new RegExp(`(^|[^${char}])${char}[ \\t]*$`);
  }

  *instructions(): Generator<LogicalLine> {
    let comments: string[] = [];
    while (this.#at < this.#lines.length) {
      const line = (this.#lines[this.#at] ?? '').trimStart();
      if (line.startsWith('#')) comments.push(line.slice(1).trim());
      else if (line.trim() === '') comments = [];
      else {
        yield this.#instruction(comments);
        comments = [];
        continue;
      }
      this.#at += 1;
    }
  }

  #instruction(comments: readonly string[]): LogicalLine {
    const begun = this.#at;
    const emptyContinuations: number[] = [];
    let text = '';
    let goesOn = true;
    while (goesOn && this.#at < this.#lines.length) {
      const line = this.#lines[this.#at] ?? '';
      this.#at += 1;
      if (text !== '' || this.#at - 1 > begun) {
        if (line.trim() === '') emptyContinuations.push(this.#at);
        if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
      }
      const part = this.#at - 1 === begun ? line.trimStart() : line;
      goesOn = this.#continuation.test(part);
      text += goesOn ? part.replace(this.#continuation, '$1') : part;
    }
    const place = { line: begun + 1, endLine: this.#at };
    const heredocs = WITH_HEREDOCS.test(text)
      ? heredocsIn(text, this.#escape).map((head) => this.#heredoc(head, place))
      : [];
    return { text: text.trimEnd(), line: begun + 1, endLine: this.#at, heredocs, comments, emptyContinuations };
  }

  /** Its lines up to the one that is only its name. */
  #heredoc({ name, expands, descriptor, stripsTabs }: HeredocHead, { line }: { readonly line: number }): Heredoc {
    let content = '';
    while (this.#at < this.#lines.length) {
      const whole = this.#lines[this.#at] ?? '';
      const text = stripsTabs ? whole.replace(/^\t+/, '') : whole;
      this.#at += 1;
      if (text === name) return { name, content, expands, descriptor };
      content += `${text}\n`;
    }
    this.problems.push(errorAt({ line, endLine: this.#at }, `unterminated heredoc: no line is only ${name}`));
    return { name, content, expands, descriptor };
  }
}
