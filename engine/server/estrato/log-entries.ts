import { batches } from '#engine/async/batches.ts';
import type { LogEntry } from '#engine/contract/container.ts';
import type { LogChunk } from '#engine/runtime/runtime.ts';

/** Characters of log lines that travel as one item, about. */
const BATCH = 32 * 1024;
/** Characters of one line: what is longer is told as several. */
const LONGEST_LINE = 64 * 1024;

/** A log as lines, several an item. */
export function logEntries(chunks: AsyncIterable<LogChunk>): AsyncGenerator<LogEntry[]> {
  return batches(splitLines(chunks), { size: BATCH, sizeOf: ({ text }) => text.length });
}

/** What a stream has said since its last line's end. */
interface Unfinished {
  readonly decoder: InstanceType<typeof TextDecoder>;
  text: string;
  /** When its first character came. */
  time: number;
}

/**
 * Joins chunks, which end anywhere, to lines; each stream has its own, because the two are interleaved. A last line
 * without an end is told when the log is over.
 */
async function* splitLines(chunks: AsyncIterable<LogChunk>): AsyncGenerator<LogEntry> {
  let missed = 0;
  const unfinished = { stdout: unfinishedLine(), stderr: unfinishedLine() };
  for await (const { stream, bytes, time, missedBytes } of chunks) {
    const line = unfinished[stream];
    if (missedBytes !== undefined) missed += missedBytes;
    if (line.text === '') line.time = time;
    line.text += line.decoder.decode(bytes, { stream: true });
    for (const text of takeLines(line)) {
      yield { stream, time: line.time, text, ...(missed > 0 ? { missedBytes: missed } : {}) };
      line.time = time;
      missed = 0;
    }
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    const { decoder, text, time } = unfinished[stream];
    const rest = text + decoder.decode();
    if (rest !== '') yield { stream, time, text: rest };
  }
}

function unfinishedLine(): Unfinished {
  return { decoder: new TextDecoder(), text: '', time: 0 };
}

function* takeLines(line: Unfinished): Generator<string> {
  const parts = line.text.split('\n');
  line.text = parts.pop() ?? '';
  for (const part of parts) yield* pieces(part.endsWith('\r') ? part.slice(0, -1) : part);
  while (line.text.length > LONGEST_LINE) {
    const piece = line.text.slice(0, LONGEST_LINE);
    line.text = line.text.slice(LONGEST_LINE);
    yield piece;
  }
}

function* pieces(text: string): Generator<string> {
  for (let start = 0; start === 0 || start < text.length; start += LONGEST_LINE) {
    yield text.slice(start, start + LONGEST_LINE);
  }
}
