import { Command } from 'commander';

import type { EngineClient } from '#engine/contract/client.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { ImageDetails } from '#engine/contract/image.ts';
import { anyChange, type EntryChange, type TreeRow } from '#engine/contract/layer.ts';
import type { Params } from '#engine/contract/methods.ts';

import { formatBytes } from './format.ts';
import { fileDiffOf, linesText } from './image-lines.ts';
import { layerAfter, layerIndex, topAt } from './image-steps.ts';
import { print, type FormatOptions } from './output-format.ts';
import { parseCount } from './parse-count.ts';
import type { PlaceOptions } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

interface TreeOptions extends PlaceOptions, FormatOptions {
  readonly layer?: number;
  readonly step?: number;
  readonly depth?: number;
}

interface DiffOptions extends PlaceOptions, FormatOptions {
  readonly from?: number;
  readonly to?: number;
  readonly lines?: boolean;
}

export function treeCommand(): Command {
  return new Command('tree')
    .description('its files: of all of it, of one layer, or as they were after a step')
    .argument('<image>')
    .argument('[path]', 'a directory', '/')
    .option('--layer <number>', 'only what this layer did', parseCount)
    .option('--step <number>', 'as it was after this step', parseCount)
    .option('--depth <levels>', 'only so many levels', parseCount)
    .action((image: string, path: string, options: TreeOptions) => tree(image, path, options));
}

export function diffCommand(): Command {
  return new Command('diff')
    .description('what the steps after one up to another added, changed and removed')
    .argument('<image>')
    .argument('[path]', 'a directory; with --lines a file', '/')
    .option('--lines', 'of a text file: line by line')
    .option(
      '--from <step>',
      'the step to compare with; 0 is before the first; the one before --to if left out',
      parseCount,
    )
    .option('--to <step>', 'the step that is compared; the last if left out', parseCount)
    .action((image: string, path: string, options: DiffOptions) => diff(image, path, options));
}

function tree(image: string, path: string, options: TreeOptions): Promise<void> {
  const { layer, step, depth } = options;
  return withEngine(options, async (engine, signal) => {
    const details = await engine.call('images.get', { image });
    const to = layer === undefined ? topAt(details, step) : layerIndex(details, layer);
    const range = { image: details.summary.Id, from: layer === undefined ? 0 : to, to };
    const only = layer === undefined ? {} : { changes: [...anyChange] };
    const rows = await walk(engine, { ...range, path, ...only, ...(depth === undefined ? {} : { depth }) }, signal);
    print(options, rows, (all) => treeTable(all, layer !== undefined));
  });
}

function diff(image: string, path: string, options: DiffOptions): Promise<void> {
  return withEngine(options, async (engine, signal) => {
    const details = await engine.call('images.get', { image });
    const range = { image: details.summary.Id, ...stepsRange(details, options) };
    if (options.lines === true) {
      print(options, await fileDiffOf(engine, details, { path, range }), linesText);
      return;
    }
    // Steps that wrote no file leave nothing to compare.
    const isEmpty = range.from > range.to;
    const rows = isEmpty ? [] : await walk(engine, { ...range, path, changes: [...anyChange] }, signal);
    print(options, rows, (all) => treeTable(all, true));
  });
}

/** The layers that the steps after `from` up to `to` made. */
export function stepsRange(
  details: Pick<ImageDetails, 'steps'>,
  { to = details.steps.length, from = to - 1 }: { readonly from?: number; readonly to?: number },
): { readonly from: number; readonly to: number } {
  if (from >= to) {
    throw new EngineError('invalid-argument', `Step ${from} is not before step ${to}: give --from the lower of them.`);
  }
  return { from: layerAfter(details, from) + 1, to: layerAfter(details, to) };
}

async function walk(
  engine: EngineClient,
  request: Params<'layers.walk'>,
  signal: AbortSignal,
): Promise<readonly TreeRow[]> {
  const rows: TreeRow[] = [];
  for await (const more of engine.stream('layers.walk', request, signal)) for (const row of more) rows.push(row);
  return rows;
}

const signs: Readonly<Record<EntryChange, string>> = {
  added: '+',
  changed: '~',
  metadata: '*',
  removed: '-',
  unchanged: ' ',
};
const letters: Readonly<Record<TreeRow['type'], string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  hardlink: 'h',
  'character-device': 'c',
  'block-device': 'b',
  fifo: 'p',
  whiteout: 'w',
};

/** @param isCompared whether it says what happened to each. */
export function treeTable(rows: readonly TreeRow[], isCompared: boolean): string {
  if (rows.length === 0) return isCompared ? 'Nothing was changed.\n' : 'There are no files.\n';
  const cells = rows.map((row) => {
    const link = row.linkTarget === undefined ? '' : ` -> ${row.linkTarget}`;
    const known = [
      `${letters[row.type]}${row.mode.toString(8).padStart(4, '0')}`,
      `${row.uid}:${row.gid}`,
      formatBytes(row.size),
      ...(isCompared ? [signed(row.delta)] : []),
      `${row.path}${link}`,
    ];
    return isCompared ? [signs[row.change], ...known] : known;
  });
  const header = ['MODE', 'OWNER', 'SIZE', ...(isCompared ? ['DELTA'] : []), 'PATH'];
  return formatTable(isCompared ? [' ', ...header] : header, cells);
}

function signed(bytes: number): string {
  return bytes < 0 ? `-${formatBytes(-bytes)}` : `+${formatBytes(bytes)}`;
}
