import { join } from 'node:path';

import { spoolChanges } from '#engine/container/commit-container.ts';
import { commitConfig } from '#engine/container/commit-config.ts';
import { shortDigest } from '#engine/contract/digest.ts';
import type { CompareSide } from '#engine/contract/comparison.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, parseReference } from '#engine/contract/reference.ts';
import type { ConfigDocument } from '#engine/image/add-layer.ts';
import { rawImage } from '#engine/image/list-images.ts';
import { lookUpRemote } from '#engine/image/look-up-remote.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';
import { parseImageConfig } from '#engine/oci/image-config.ts';

import { openArchive } from './open-archive.ts';
import { foreignLayers, storeLayer, tarLayer, type OpenSide, type SideParts } from './open-side.ts';

/** Finds one of the things that are compared. @throws EngineError as whoever has it does. */
export async function openSide(parts: SideParts, side: CompareSide): Promise<OpenSide> {
  switch (side.kind) {
    case 'image':
      return openImage(parts, side.image);
    case 'layer':
      return openLayer(parts, side.image, side.layer);
    case 'container':
      return openContainer(parts, side.container);
    case 'remote':
      return openRemote(parts, side.reference, side.fetch === true);
    case 'archive':
      return openArchive(parts, side.path, side.image);
  }
}

async function openImage({ containers: { images } }: SideParts, name: string): Promise<OpenSide> {
  const { id, config, diffIds, names } = await resolveImage(images, name);
  const layers = diffIds.map((diffId) => storeLayer(images.layers, diffId));
  return { kind: 'image', name: names[0] ?? shortDigest(id), id, config, diffIds, layers };
}

async function openLayer({ containers: { images } }: SideParts, name: string, layer: number): Promise<OpenSide> {
  const { id, diffIds, names } = await resolveImage(images, name);
  const diffId = diffIds[layer];
  if (diffId === undefined) {
    const sentence = `The image has ${diffIds.length} layers; there is no layer ${layer + 1}.`;
    throw new EngineError('invalid-argument', sentence);
  }
  const of = names[0] ?? shortDigest(id);
  return {
    kind: 'layer',
    name: `layer ${layer + 1} of ${of}`,
    diffIds: [diffId],
    layers: [storeLayer(images.layers, diffId)],
  };
}

/** As a commit would make an image of it. */
async function openContainer(parts: SideParts, ref: string): Promise<OpenSide> {
  const { containers, dir } = parts;
  const container = containers.table.find(ref);
  const { id, diffIds } = await resolveImage(containers.images, container.imageId);
  const path = join(dir, `${container.id}.tar`);
  const tar = await spoolChanges(containers, container, { path, pause: false });
  const document = commitConfig(container, { changes: [] })(parentOf(await rawImage(containers.images, id)), {
    isEmpty: true,
  });
  const layers = diffIds.map((diffId) => storeLayer(containers.layers, diffId));
  const own = tar === undefined ? [] : [await tarLayer(parts, { path, name: container.id })];
  return {
    kind: 'container',
    name: container.name,
    id,
    config: parseImageConfig(Buffer.from(JSON.stringify(document)), `The config of ${container.name}`),
    diffIds,
    layers: [...layers, ...own],
  };
}

function parentOf({ config }: { readonly config: string }): ConfigDocument {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has been read as a config before
  return JSON.parse(config) as ConfigDocument;
}

async function openRemote(parts: SideParts, text: string, isFetched: boolean): Promise<OpenSide> {
  const reference = parseReference(text);
  const { repository, id, config, layers } = await lookUpRemote(parts.containers.images, reference, {});
  const wanted = layers.map(({ diffId, blob }) => ({
    diffId,
    size: blob.size,
    source: isFetched ? { open: () => repository.blob(blob, parts.signal) } : undefined,
  }));
  const found = await foreignLayers(parts, wanted);
  return { kind: 'remote', name: familiarName(reference), id, config, diffIds: config.diffIds, ...found };
}
