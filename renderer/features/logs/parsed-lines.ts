import type { LogEntry } from '#engine/contract/container.ts';
import type { LogBuffer } from '#renderer/stores/log-buffer.ts';

import type { LogMatcher } from './log-search.ts';
import { parseSgrLine, type SgrLine } from './sgr.ts';

const parsed = new WeakMap<LogEntry, SgrLine>();

/** The line's spans; parsed once, for as long as the line is held. */
export function parsedLine(entry: LogEntry): SgrLine {
  const known = parsed.get(entry);
  if (known !== undefined) return known;
  const line = parseSgrLine(entry.text);
  parsed.set(entry, line);
  return line;
}

/** Numbers of the lines that match, found once and then only in what is new. */
export class MatchingLines {
  readonly #matcher: LogMatcher;
  #numbers: number[] = [];
  #end = 0;
  #generation = -1;

  constructor(matcher: LogMatcher) {
    this.#matcher = matcher;
  }

  /** @param start number of the first line that counts. */
  of(buffer: LogBuffer, start: number): readonly number[] {
    if (buffer.generation !== this.#generation) {
      this.#generation = buffer.generation;
      this.#numbers = [];
      this.#end = 0;
    }
    for (let number = Math.max(this.#end, buffer.first); number < buffer.end; number += 1) {
      const entry = buffer.at(number);
      if (entry !== undefined && this.#matcher(parsedLine(entry).text).length > 0) this.#numbers.push(number);
    }
    this.#end = buffer.end;
    return this.#numbers.filter((number) => number >= start);
  }
}
