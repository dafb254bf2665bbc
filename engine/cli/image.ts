import { Command } from 'commander';

import { shortDigest } from '#engine/contract/digest.ts';
import type { ImageDetails } from '#engine/contract/image.ts';
import type { ImageBase } from '#engine/contract/timeline.ts';

import { addBuild } from './build.ts';
import { historyCommand, tagCommand } from './docker/image-verbs.ts';
import { imagesCommand } from './docker/images.ts';
import { inspectCommand } from './docker/inspect.ts';
import { formatBytes } from './format.ts';
import { attestationsCommand } from './image-attestations.ts';
import { blameCommand } from './image-blame.ts';
import { checkCommand } from './image-check.ts';
import { compareCommand } from './image-compare.ts';
import { catCommand, extractCommand } from './image-extract.ts';
import { sbomCommand } from './image-sbom.ts';
import { statCommand } from './image-stat.ts';
import { diffCommand, treeCommand } from './image-tree.ts';
import { usedByCommand } from './image-used-by.ts';
import { whyBigCommand } from './image-why-big.ts';
import { addImport } from './import.ts';
import { addLoad } from './load.ts';
import { print, withFormat, type FormatOptions } from './output-format.ts';
import { withPlace, type PlaceOptions } from './place-options.ts';
import { addPull } from './pull.ts';
import { addPush } from './push.ts';
import { addPrune, addRmi } from './remove-images.ts';
import { addSave } from './save.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

export function addImage(program: Command): void {
  const image = program.command('image').description('see inside an image, layer by layer');
  const shown = [layersCommand(), treeCommand(), diffCommand(), blameCommand(), statCommand()];
  for (const command of [
    ...shown,
    whyBigCommand(),
    checkCommand(),
    compareCommand(),
    usedByCommand(),
    attestationsCommand(),
  ]) {
    image.addCommand(withFormat(withPlace(command)));
  }
  for (const command of [catCommand(), extractCommand(), sbomCommand()]) image.addCommand(withPlace(command));
  addCommon(image);
}

/** Verbs that are there without this word too. */
function addCommon(image: Command): void {
  const list = imagesCommand('ls').alias('list');
  for (const command of [list, inspectCommand('image'), tagCommand(), historyCommand()]) image.addCommand(command);
  for (const add of [addPull, addPush, addBuild, addSave, addLoad, addImport, addPrune]) add(image);
  addRmi(image, 'rm');
}

function layersCommand(): Command {
  return new Command('layers')
    .description('its steps, each beside the layer that it made; the base at the top')
    .argument('<image>')
    .action((name: string, options: PlaceOptions & FormatOptions) =>
      withEngine(options, async (engine) => {
        const details = await engine.call('images.get', { image: name });
        const { base } = await engine.call('layers.timeline', { image: details.summary.Id });
        const shown = { ...(base === undefined ? {} : { base }), steps: stepRows(details) };
        print(options, shown, layersTable);
      }),
    );
}

interface StepRow {
  /** From 1, as --step counts. */
  readonly step: number;
  readonly instruction: string;
  /** From 1, as --layer counts; absent of a step that changed no file. */
  readonly layer?: number;
  readonly size?: number;
  readonly compressedSize?: number;
  readonly entries?: number;
  readonly diffId?: string;
}

export function stepRows({ steps, layers }: Pick<ImageDetails, 'steps' | 'layers'>): readonly StepRow[] {
  return steps.map(({ instruction, createdBy, layer }, index) => {
    const row = { step: index + 1, instruction: instruction || createdBy };
    const made = layer === undefined ? undefined : layers[layer];
    if (layer === undefined || made === undefined) return row;
    const { size, compressedSize, entryCount, diffId } = made;
    return { ...row, layer: layer + 1, size, compressedSize, entries: entryCount, diffId };
  });
}

const LONGEST_INSTRUCTION = 72;

export function layersTable({
  base,
  steps,
}: {
  readonly base?: ImageBase;
  readonly steps: readonly StepRow[];
}): string {
  const rows = steps.map(({ step, layer, size, entries, diffId, instruction }) => [
    `${step}`,
    layer === undefined ? '-' : `${layer}`,
    size === undefined ? '-' : formatBytes(size),
    entries === undefined ? '-' : `${entries}`,
    diffId === undefined ? '-' : shortDigest(diffId),
    oneLine(instruction),
  ]);
  return `${baseLine(base)}${formatTable(['STEP', 'LAYER', 'SIZE', 'ENTRIES', 'DIFF ID', 'INSTRUCTION'], rows)}`;
}

function baseLine(base: ImageBase | undefined): string {
  if (base === undefined) return '';
  const { name, layers } = base;
  if (layers === undefined) return `Built on ${name}, as it says itself.\n`;
  return `Built on ${name}: ${layers === 1 ? 'layer 1 is' : `layers 1 to ${layers} are`} that image's.\n`;
}

function oneLine(instruction: string): string {
  const line = instruction.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST_INSTRUCTION ? `${line.slice(0, LONGEST_INSTRUCTION - 1)}…` : line;
}
