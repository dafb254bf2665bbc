import type { LogEntry } from '#engine/contract/container.ts';
import type { LogBuffer } from '#renderer/stores/log-buffer.ts';

import { parsedLine } from './parsed-lines.ts';

/** The lines as text for a clipboard or a file: without colours, with what is shown beside them. */
export function logText(
  buffer: LogBuffer,
  numbers: readonly number[],
  options: { readonly hasTimes: boolean },
): string {
  const lines = numbers.flatMap((number) => {
    const entry = buffer.at(number);
    return entry === undefined ? [] : [lineText(entry, options)];
  });
  return lines.map((line) => `${line}\n`).join('');
}

function lineText(entry: LogEntry, { hasTimes }: { readonly hasTimes: boolean }): string {
  const { text } = parsedLine(entry);
  return hasTimes ? `${new Date(entry.time).toISOString()} ${text}` : text;
}

/** `14:02:11.039`, as the clock on the wall. */
export function clockTime(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}

/** The number of the first line after what was cleared from view. */
export function firstShown(buffer: LogBuffer, clearedUntil: number): number {
  if (clearedUntil === 0) return buffer.first;
  let low = buffer.first;
  let high = buffer.end;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((buffer.at(middle)?.time ?? 0) <= clearedUntil) low = middle + 1;
    else high = middle;
  }
  return low;
}
