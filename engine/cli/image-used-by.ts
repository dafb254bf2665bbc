import { Command } from 'commander';

import { shortDigest } from '#engine/contract/digest.ts';
import type { EngineClient } from '#engine/contract/client.ts';
import type { UsedBy, UsedThing } from '#engine/contract/sharing.ts';

import { layerIndex } from './image-steps.ts';
import { print, type FormatOptions } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { formatSection } from './table.ts';
import { withEngine } from './with-engine.ts';

export function usedByCommand(): Command {
  return new Command('used-by')
    .description('which containers were made from it and which images built on it, those in the trash too')
    .argument('<image>', 'an image, or IMAGE#3 for its third layer')
    .action((image: string, options: PlaceOptions & FormatOptions) =>
      withEngine(options, async (engine) => {
        print(options, await engine.call('inspect.usedBy', await thingOf(engine, image)), usersTable);
      }),
    );
}

async function thingOf(engine: EngineClient, text: string): Promise<UsedThing> {
  const [, image, number] = /^(.+)#(\d+)$/.exec(text) ?? [];
  if (image === undefined) return { image: text };
  const details = await engine.call('images.get', { image });
  const layer = details.layers[layerIndex(details, Number(number))]?.diffId;
  return layer === undefined ? { image } : { layer };
}

export function usersTable({ images, containers }: UsedBy): string {
  if (images.length + containers.length === 0) return 'Nothing uses it.\n';
  return [
    formatSection(
      'Images',
      ['IMAGE', 'ID', 'LAYER', 'STATE'],
      images.map(({ name, id, layer, isRemoved }) => [
        name,
        shortDigest(id),
        layer === undefined ? '-' : `${layer + 1}`,
        isRemoved ? 'removed' : 'here',
      ]),
    ),
    formatSection(
      'Containers',
      ['CONTAINER', 'ID', 'STATE'],
      containers.map(({ name, id, state }) => [name, id.slice(0, 12), state === 'trash' ? 'in the trash' : state]),
    ),
  ]
    .join('')
    .trimStart();
}
