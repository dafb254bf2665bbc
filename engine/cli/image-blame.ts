import { Command } from 'commander';

import { shortDigest } from '#engine/contract/digest.ts';
import type { ImageDetails } from '#engine/contract/image.ts';
import type { PathBlame, PathVersion } from '#engine/contract/timeline.ts';

import { formatBytes } from './format.ts';
import { print, type FormatOptions } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

export function blameCommand(): Command {
  return new Command('blame')
    .description('which step wrote a path, every earlier version, and where it was removed')
    .argument('<image>')
    .argument('<path>')
    .action((image: string, path: string, options: PlaceOptions & FormatOptions) =>
      withEngine(options, async (engine) => {
        const details = await engine.call('images.get', { image });
        const blame = await engine.call('layers.blame', { image: details.summary.Id, path });
        print(options, blame, (found) => blameTable(found, details));
      }),
    );
}

type Steps = Pick<ImageDetails, 'layers' | 'steps'>;

/** Newest first: who asks wants to know who wrote it last. */
export function blameTable({ versions, within = [] }: PathBlame, details: Steps): string {
  const rows = versions
    .toReversed()
    .map(({ layer, change, state }) => [
      ...placeOf(layer, details),
      change,
      state === undefined ? '-' : state.mode.toString(8).padStart(4, '0'),
      state === undefined ? '-' : formatBytes(state.size),
      contentOf(state),
      instructionOf(layer, details),
    ]);
  const own = formatTable(['STEP', 'LAYER', 'CHANGE', 'MODE', 'SIZE', 'CONTENT', 'INSTRUCTION'], rows);
  if (within.length === 0) return own;
  const bytes = within
    .toReversed()
    .map(({ layer, writtenBytes, hiddenBytes }) => [
      ...placeOf(layer, details),
      formatBytes(writtenBytes),
      formatBytes(hiddenBytes),
      instructionOf(layer, details),
    ]);
  return `${own}\nIn it:\n${formatTable(['STEP', 'LAYER', 'WRITTEN', 'HIDDEN', 'INSTRUCTION'], bytes)}`;
}

function contentOf(state: PathVersion['state']): string {
  if (state?.contentDigest !== undefined) return shortDigest(state.contentDigest);
  return state?.linkTarget ?? '-';
}

function placeOf(layer: number, { layers }: Steps): readonly string[] {
  return [`${(layers[layer]?.step ?? 0) + 1}`, `${layer + 1}`];
}

function instructionOf(layer: number, { layers, steps }: Steps): string {
  const step = steps[layers[layer]?.step ?? 0];
  return (step?.instruction ?? '').replaceAll(/\s+/g, ' ').slice(0, 60);
}
