import { Command } from 'commander';

import { shortDigest } from '#engine/contract/digest.ts';
import type { EngineClient } from '#engine/contract/client.ts';
import type { Comparison, ComparedSide, CompareSide, StepPair } from '#engine/contract/comparison.ts';
import { anyChange, type TreeRow } from '#engine/contract/layer.ts';

import { compareSide } from './compare-side.ts';
import { formatBytes } from './format.ts';
import { linesText } from './image-lines.ts';
import { treeTable } from './image-tree.ts';
import { print, type FormatOptions } from './output-format.ts';
import { parseCount } from './parse-count.ts';
import type { PlaceOptions } from './place-options.ts';
import { formatSection, formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

interface CompareOptions extends PlaceOptions, FormatOptions {
  readonly fetch?: boolean;
  readonly depth?: number;
  readonly lines?: boolean;
}

export function compareCommand(): Command {
  return new Command('compare')
    .description('two images, containers, layers (IMAGE#3), tags at a registry (remote:NAME) or archives (a file)')
    .argument('<before>')
    .argument('<now>')
    .argument('[path]', 'a directory; with --lines, a file', '/')
    .option('--fetch', 'get the layers of a remote tag that are not here, to look at')
    .option('--depth <levels>', 'only so many levels', parseCount)
    .option('--lines', 'how the file differs, line by line')
    .action((before: string, now: string, path: string, options: CompareOptions) =>
      withEngine(options, async (engine, signal) => {
        const sides = {
          before: await compareSide(engine, before, options),
          now: await compareSide(engine, now, options),
        };
        if (options.lines === true) await showLines(engine, { sides, path, options, signal });
        else await showAll(engine, { sides, path, options, signal });
      }),
    );
}

interface Wish {
  readonly sides: Record<'before' | 'now', CompareSide>;
  readonly path: string;
  readonly options: CompareOptions;
  readonly signal: AbortSignal;
}

async function showLines(engine: EngineClient, { sides, path, options, signal }: Wish): Promise<void> {
  const { id: comparison } = await engine.call('inspect.compare', sides, signal);
  const version = (side: 'before' | 'now') => ({ kind: 'compared' as const, comparison, side, path });
  const diff = await engine.call('inspect.fileDiff', { before: version('before'), now: version('now') }, signal);
  print(options, diff, linesText);
}

async function showAll(engine: EngineClient, { sides, path, options, signal }: Wish): Promise<void> {
  const comparison = await engine.call('inspect.compare', sides, signal);
  const rows: TreeRow[] = [];
  if (comparison.tree !== undefined) {
    const { depth } = options;
    const wanted = {
      comparison: comparison.id,
      path,
      changes: [...anyChange],
      ...(depth === undefined ? {} : { depth }),
    };
    for await (const more of engine.stream('inspect.compareWalk', wanted, signal))
      for (const row of more) rows.push(row);
  }
  print(options, { ...comparison, rows }, comparisonReport);
}

/** What is the same on both sides is counted, and what isn't is shown. */
export function comparisonReport({
  before,
  now,
  config,
  steps,
  sharedLayers,
  tree,
  content,
  rows,
}: Comparison & { readonly rows: readonly TreeRow[] }): string {
  const fields = config.filter(({ change }) => change !== 'unchanged');
  const differing = steps.filter(({ change }) => change !== 'unchanged');
  return [
    sidesTable([before, now], sharedLayers),
    formatSection(
      `Configuration: ${counted(fields.length, 'field')} of ${config.length} ${fields.length === 1 ? 'differs' : 'differ'}`,
      ['FIELD', 'BEFORE', 'NOW'],
      fields.map(({ field, before: was = '-', now: is = '-' }) => [field, was, is]),
    ),
    formatSection(
      `Steps: ${steps.length - differing.length} the same`,
      [' ', 'BEFORE', 'NOW', 'INSTRUCTION'],
      differing.map(stepRow),
    ),
    ...(tree === undefined || content === undefined
      ? []
      : [
          `\nFiles: ${tree.added} added, ${tree.changed} changed, ${tree.metadata} only in their metadata, ${tree.removed} removed\n`,
          `Content: ${formatBytes(content.sharedBytes)} in both, ${formatBytes(content.beforeBytes)} only before, ${formatBytes(content.nowBytes)} only now\n`,
          treeTable(rows, true),
          formatSection(
            'Moved',
            ['SIZE', 'FROM', 'TO'],
            content.moved.map(({ size, from, to }) => [formatBytes(size), from, to]),
          ),
        ]),
  ].join('');
}

function sidesTable(sides: readonly ComparedSide[], sharedLayers: number): string {
  const rows = sides.map(({ kind, name, id, diffIds, bytes }) => [
    kind,
    name,
    id === undefined ? '-' : shortDigest(id),
    `${diffIds.length}`,
    bytes === undefined ? '-' : formatBytes(bytes),
  ]);
  const missing = sides.flatMap(({ name, missing: left }) =>
    left === undefined
      ? []
      : [
          `The files of ${name} are not compared: ${counted(left.layers, 'layer')} (${formatBytes(left.bytes)}) ` +
            `${left.layers === 1 ? 'is' : 'are'} not here. --fetch gets what is missing, to look at.\n`,
        ],
  );
  const table = formatTable(['KIND', 'NAME', 'ID', 'LAYERS', 'SIZE'], rows);
  return `${table}${counted(sharedLayers, 'layer')} in both\n${missing.join('')}`;
}

const signs = { added: '+', removed: '-', changed: '~', unchanged: ' ' } as const;

/** Steps from 1; `~` where the same words made another layer. */
function stepRow({ change, before, now }: StepPair): readonly string[] {
  const number = (step: StepPair['now']): string => (step === undefined ? '-' : `${step.step + 1}`);
  const words = (now ?? before)?.instruction ?? '';
  return [signs[change], number(before), number(now), words.replaceAll(/\s+/g, ' ').slice(0, 72)];
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
