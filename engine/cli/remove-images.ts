import type { Command } from 'commander';

import type { EngineClient } from '#engine/contract/client.ts';
import type { ImageSelection, KeptReason, RemovalOutcome, RemovalPreview } from '#engine/contract/store.ts';

import { formatBytes } from './format.ts';
import { print, withFormat, type FormatOptions } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { withEngine } from './with-engine.ts';

interface RemovalOptions extends PlaceOptions, FormatOptions {
  readonly force?: true;
  readonly forGood?: true;
  readonly preview?: true;
}

export function addRmi(program: Command, name = 'rmi'): void {
  withRemoval(program.command(name))
    .description('remove images or tags, into the trash')
    .argument('<image...>', 'a tag, or the id of an image')
    .action((images: readonly string[], options: RemovalOptions) => remove({ images: [...images] }, options));
}

export function addPrune(program: Command): void {
  withRemoval(program.command('prune'))
    .description('remove the images without a tag that no container has, into the trash')
    .option('-a, --all', 'those with tags too')
    .action((options: RemovalOptions & { readonly all?: true }) =>
      remove({ unused: options.all === true ? 'all' : 'untagged' }, options),
    );
}

function withRemoval(command: Command): Command {
  return withFormat(withPlace(command))
    .option('--preview', 'only say what would go, and to the byte what that frees')
    .option('-f, --force', 'also images that containers which do not run were made from')
    .option('--for-good', 'not by way of the trash: there is no way back');
}

function remove(selection: ImageSelection, options: RemovalOptions): Promise<void> {
  const { force = false, forGood = false, preview = false } = options;
  return withEngine(options, async (engine: EngineClient) => {
    if (preview) {
      print(options, await engine.call('images.prunePreview', { selection, force }), previewText);
      return;
    }
    const outcome = await engine.call('images.prune', { selection, force, forGood });
    print(options, outcome, outcomeText);
    if (outcome.refused.length > 0) process.exitCode = 1;
  });
}

export function previewText({ removed, untagged, kept, freedBytes, sharedBytes, sharedWith }: RemovalPreview): string {
  const names = removed.map(({ name }) => name).join(', ');
  const lines = [
    ...(removed.length === 0 ? ['No image goes.'] : [`${names} would go.`]),
    ...(untagged.length === 0 ? [] : [`Tags that would go: ${untagged.join(', ')}`]),
    `Frees ${formatBytes(freedBytes)} (${freedBytes} bytes) once it is gone for good.`,
    ...(sharedBytes === 0
      ? []
      : [`${formatBytes(sharedBytes)} stay: shared with ${sharedWith.map(({ name }) => name).join(', ')}.`]),
    ...kept.map(({ name, reasons }) => `${name} is kept: ${reasons.map(reasonText).join(', ')}.`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function reasonText(reason: KeptReason): string {
  if (reason.kind === 'tag') return `also called ${reason.name}`;
  if (reason.kind === 'trash') return `${reason.name} in the trash needs it`;
  return `${reason.running ? 'running' : 'stopped'} container ${reason.name} was made from it`;
}

export function outcomeText({
  untagged,
  removed,
  refused,
  trash,
  promisedBytes,
  measuredBytes,
}: RemovalOutcome): string {
  const where = trash.length === 0 ? 'freed' : 'in the trash';
  const promise = promisedBytes === measuredBytes ? 'as promised' : `${promisedBytes} bytes were promised`;
  const lines = [
    ...untagged.map((name) => `Untagged: ${name}`),
    ...removed.map(({ id }) => `Removed: ${id}`),
    ...refused.map(({ name, message }) => `Kept: ${name}: ${message}`),
    `${formatBytes(measuredBytes)} ${where}, ${promise}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}
