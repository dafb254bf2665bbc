import type { EngineClient } from '#engine/contract/client.ts';
import type { ImageDetails } from '#engine/contract/image.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { DiffHunk, FileDiff } from '#engine/contract/file-diff.ts';

import { inert } from './inert.ts';

interface Versions {
  readonly path: string;
  /** Layers, both included, that lie between the two versions. */
  readonly range: { readonly from: number; readonly to: number };
}

/** How a file differs after some layers from what it was below them. */
export async function fileDiffOf(
  engine: EngineClient,
  { summary }: ImageDetails,
  { path, range }: Versions,
): Promise<FileDiff> {
  if (range.from === 0) {
    throw new EngineError('invalid-argument', 'Before the first step there are no files: give a later --from.');
  }
  const version = (to: number) => ({ kind: 'image' as const, image: summary.Id, to, path });
  return engine.call('inspect.fileDiff', { before: version(range.from - 1), now: version(range.to) });
}

const signs = { same: ' ', added: '+', removed: '-' } as const;

/** As `diff -u` writes it, without the names. */
export function linesText({ kind, hunks, isCut, beforeBytes, nowBytes }: FileDiff): string {
  if (kind === 'same') return 'Its content was not changed.\n';
  if (kind === 'binary') return `It is no text: ${beforeBytes} bytes became ${nowBytes}.\n`;
  if (kind === 'too-large') return `It is too large to be compared: ${beforeBytes} bytes became ${nowBytes}.\n`;
  const text = hunks.map((hunk) => `${hunkHead(hunk)}\n${hunkLines(hunk)}`).join('');
  return isCut ? `${text}And more that is not shown.\n` : text;
}

function hunkHead({ before, now, lines }: DiffHunk): string {
  const count = (without: 'added' | 'removed'): number => lines.filter(({ kind }) => kind !== without).length;
  return `@@ -${before},${count('added')} +${now},${count('removed')} @@`;
}

function hunkLines({ lines }: DiffHunk): string {
  return lines.map(({ kind, text }) => `${signs[kind]}${inertLine(text)}\n`).join('');
}

/** Tabs stay: they are a text's own. */
function inertLine(text: string): string {
  return text.split('\t').map(inert).join('\t');
}
