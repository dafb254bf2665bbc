import type { Digest } from '#engine/contract/digest.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import { familiarName } from '#engine/contract/reference.ts';
import { makeManifest, documentOf } from '#engine/image/make-manifest.ts';
import { ProgressBoard } from '#engine/image/progress-board.ts';
import { pushLayers } from '#engine/image/push-layers.ts';
import { isPlainLayer } from '#engine/image/push-plan.ts';
import { OCI_CONFIG, OCI_MANIFEST } from '#engine/oci/media-types.ts';

import type { BuildSession } from './build-session.ts';
import { once } from './bytes.ts';
import { cacheField, cacheConfigOf } from './cache-document.ts';
import type { CacheTarget } from './cache-place.ts';
import { writeCacheFolder } from './cache-folder.ts';
import type { BuildRequest } from './build-request.ts';
import type { BuildLayer } from './store-step.ts';

type Exporting = Pick<BuildSession, 'parts' | 'request' | 'used' | 'tell' | 'signal'>;

/** BuildKit's word for an inline cache, where a client has no other. */
const INLINE_ARG = 'BUILDKIT_INLINE_CACHE';

/** What an image's config has more when it is to be a cache too (`--cache-to type=inline`). */
export function inlineCache(
  { request, used }: Pick<Exporting, 'request' | 'used'>,
  layers: readonly BuildLayer[],
): Readonly<Record<string, unknown>> {
  return isInline(request) ? cacheField(used.entries(new Set(layers.map(({ diffId }) => diffId)))) : {};
}

function isInline({ args, cacheTo = [] }: Pick<BuildRequest, 'args' | 'cacheTo'>): boolean {
  return cacheTo.some(({ kind }) => kind === 'inline') || /^(?:1|true)$/i.test(args.get(INLINE_ARG) ?? '');
}

/**
 * Puts what the build's steps have made where others find it.
 * @param shipped layers of the images that were built. @throws EngineError naming the place.
 */
export async function exportCache(exporting: Exporting, shipped: ReadonlySet<Digest>): Promise<void> {
  for (const target of exporting.request.cacheTo ?? []) {
    if (target.kind === 'inline') continue;
    const place = target.kind === 'registry' ? familiarName(target.reference) : target.folder;
    exporting.tell({ kind: 'notice', message: `Exporting the cache to ${place}` });
    try {
      await exportTo(exporting, target, target.all ? undefined : shipped);
    } catch (error) {
      exporting.signal.throwIfAborted();
      const { code, message } = toEngineError(error);
      throw new EngineError(code, `The image was built, but its cache was not exported to ${place}: ${message}`, {
        cause: error,
      });
    }
  }
}

async function exportTo(
  { parts: { images }, request, used, signal }: Exporting,
  target: Exclude<CacheTarget, { readonly kind: 'inline' }>,
  among: ReadonlySet<Digest> | undefined,
): Promise<void> {
  const layers = used.layers(among);
  const diffIds = layers.map(({ diffId }) => diffId);
  const config = documentOf(OCI_CONFIG, cacheConfigOf({ entries: used.entries(among), diffIds }));
  if (target.kind === 'local') {
    const manifest = makeManifest(
      OCI_MANIFEST,
      config.descriptor,
      layers.map(({ blob }) => blob),
    );
    await writeCacheFolder(target.folder, { documents: [config, manifest], layers, images, signal });
    return;
  }
  const { reference } = target;
  const credentials = await request.credentials?.(reference.registry);
  const access = { actions: 'pull,push' as const, ...(credentials === undefined ? {} : { credentials }) };
  const repository = images.registry.repository(reference, access);
  const outgoing = layers.map((layer) => ({
    ...layer,
    ...(isPlainLayer(layer.blob.mediaType) ? { compression: 'gzip' as const } : {}),
  }));
  const board = new ProgressBoard('build', 'Exporting the cache');
  const sent = await pushLayers(images, outgoing, { repository, reference, board, signal });
  await repository.upload({ descriptor: config.descriptor, open: () => once(config.bytes) }, { signal });
  const manifest = makeManifest(OCI_MANIFEST, config.descriptor, sent);
  await repository.putDocument(reference.tag ?? 'latest', manifest, signal);
}
