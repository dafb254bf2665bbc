import { stripVTControlCharacters } from 'node:util';

/** The part of a terminal's stream that is needed here. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): void;
}

/** Lines at the end of a terminal that are drawn over and over, however it is resized meanwhile. */
export class LiveBlock {
  readonly #screen: Screen;
  /** As they were drawn last. */
  #drawn: readonly string[] = [];

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  get columns(): number {
    // A terminal that was never told its size says 0.
    return this.#screen.columns || 80;
  }

  /** How many lines can be drawn over: what has scrolled off can't. */
  get room(): number {
    return Math.max(1, (this.#screen.rows || 24) - 1);
  }

  /** Instead of what was drawn before. Lines without styles are cut to the width; the last of too many are shown. */
  draw(lines: readonly string[]): void {
    const shown = lines.slice(-this.room).map((line) => (line.includes('\u001B') ? line : cut(line, this.columns - 1)));
    this.#screen.write(this.#back() + shown.map((line) => `${line}\n`).join(''));
    this.#drawn = shown;
  }

  /** Instead of the block, and for good: what comes next stands beneath it. */
  settle(lines: readonly string[]): void {
    this.#screen.write(this.#back() + lines.map((line) => `${line}\n`).join(''));
    this.#drawn = [];
  }

  /** To the block's first line, and all that follows away. Lines that were longer than a narrower terminal have wrapped. */
  #back(): string {
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / this.columns)), 0);
    return rows === 0 ? '' : `\u001B[${rows}A\r\u001B[J`;
  }
}

/** Letters of East Asia and pictures, which take two columns (unicode.org/reports/tr11). */
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;

/** Columns that a line takes. */
export function widthOf(line: string): number {
  if (/^[ -~]*$/.test(line)) return line.length;
  return [...lettersOf(stripVTControlCharacters(line))].reduce((sum, { segment }) => sum + columnsOf(segment), 0);
}

/** What of a line fits. */
export function cut(line: string, columns: number): string {
  let room = columns;
  let shown = '';
  for (const { segment } of lettersOf(line)) {
    room -= columnsOf(segment);
    if (room < 0) return shown;
    shown += segment;
  }
  return shown;
}

let segmenter: Intl.Segmenter | undefined;

/** Made when something is drawn: it takes longer than the rest of a command's start. */
function lettersOf(text: string): Intl.Segments {
  return (segmenter ??= new Intl.Segmenter()).segment(text);
}

function columnsOf(letter: string): number {
  return WIDE.test(letter) ? 2 : 1;
}
