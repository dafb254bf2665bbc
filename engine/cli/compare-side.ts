import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { EngineClient } from '#engine/contract/client.ts';
import type { CompareSide } from '#engine/contract/comparison.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';

/** What may be written before a side whose name could be something else's too. */
const kinds = ['image', 'container', 'layer', 'remote', 'archive'] as const;

/**
 * One of two things to be compared, as it is written: a file that is there, `IMAGE#3` for a layer, an image, a container; or
 * any of these with its kind and a colon before it, and a tag at its registry only so.
 *
 * @throws EngineError `not-found` when nothing has that name.
 */
export async function compareSide(
  engine: EngineClient,
  text: string,
  { fetch = false }: { readonly fetch?: boolean },
): Promise<CompareSide> {
  const kind = kinds.find((word) => text.startsWith(`${word}:`));
  const name = kind === undefined ? text : text.slice(kind.length + 1);
  switch (kind ?? (await kindOf(engine, name))) {
    case 'image':
      return { kind: 'image', image: name };
    case 'container':
      return { kind: 'container', container: name };
    case 'layer':
      return layerSide(name);
    case 'remote':
      return { kind: 'remote', reference: name, fetch };
    case 'archive':
      return { kind: 'archive', path: resolve(name) };
  }
}

async function kindOf(engine: EngineClient, name: string): Promise<(typeof kinds)[number]> {
  const found = await stat(name).catch(() => undefined);
  if (found?.isFile() === true) return 'archive';
  if (name.includes('#')) return 'layer';
  if (await isThere(() => engine.call('images.get', { image: name }))) return 'image';
  if (await isThere(() => engine.call('containers.get', { id: name }))) return 'container';
  throw new EngineError(
    'not-found',
    `There is no image, container or archive ${name} here; remote:${name} is what its registry has.`,
  );
}

async function isThere(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (['not-found', 'invalid-argument'].includes(toEngineError(error).code)) return false;
    throw error;
  }
}

/** Layers from 1, as everywhere on the command line. */
function layerSide(text: string): CompareSide {
  const [, image = '', number = ''] = /^(.+)#(\d+)$/.exec(text) ?? [];
  const layer = Number(number) - 1;
  if (image !== '' && layer >= 0) return { kind: 'layer', image, layer };
  throw new EngineError('invalid-argument', `${text} names no layer: write IMAGE#3 for the third of an image.`);
}
