import { parseDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Platform } from '#engine/contract/image.ts';
import { familiarName } from '#engine/contract/reference.ts';
import { hostPlatform, isSamePlatform } from '#engine/image/choose-manifest.ts';
import { publishImageEvent } from '#engine/image/image-events.ts';
import { recordImages, type StoredImage } from '#engine/image/record-image.ts';
import { ingest } from '#engine/image/store-layers.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseImageConfig } from '#engine/oci/image-config.ts';
import { OCI_CONFIG } from '#engine/oci/media-types.ts';
import { normalisePlatform } from '#engine/oci/platform.ts';

import type { BuildRequest } from './build-request.ts';
import type { BuildSession } from './build-session.ts';
import { digestOf, once } from './bytes.ts';
import { inlineCache } from './export-cache.ts';
import { prepareIndex } from './prepare-index.ts';
import type { Solved } from './solve-stages.ts';
import { settingsOf, withSettings } from './stage-state.ts';
import { storedLayers } from './stored-layers.ts';
import type { BuildLayer } from './store-step.ts';

/** An image that was built for one platform: its config is in the store, and so are its layers. */
export interface BuiltImage {
  readonly session: BuildSession;
  readonly platform: Platform;
  readonly config: Descriptor;
  readonly layers: readonly BuildLayer[];
  readonly stored: StoredImage;
}

/** Which build it was, for what is said of it. */
export interface BuildRun {
  readonly id: string;
  readonly startedAt: Date;
}

/** Whether a build ends with an index, and not with an image alone. */
export function hasIndex({ platforms = [], attest = {} }: BuildRequest): boolean {
  return platforms.length > 1 || attest.sbom === true || attest.provenance !== undefined;
}

/** @throws EngineError `invalid-argument` for what nobody would find. */
export function refuseNameless(request: BuildRequest): void {
  const isNamed = request.references.length > 0 || request.keepsImage === false;
  if (!hasIndex(request) || isNamed) return;
  throw new EngineError(
    'invalid-argument',
    'Images for several platforms, and what is said of an image, are found by a name: give it one with --tag.',
  );
}

/** An image for each platform, held as long as the build's lease is. */
export async function storeImages(solved: readonly Solved[]): Promise<readonly BuiltImage[]> {
  const images: BuiltImage[] = [];
  for (const each of solved) images.push(await storeConfig(each));
  return images;
}

/**
 * Makes known what was built: all of it, or nothing. Of an index the image for this machine is the one that its names mean here, or
 * else the first.
 *
 * @returns that image.
 */
export async function recordBuild(
  request: BuildRequest,
  images: readonly BuiltImage[],
  run: BuildRun,
): Promise<Digest> {
  const own = images.find(({ platform }) => isSamePlatform(platform, hostPlatform)) ?? images[0];
  if (own === undefined) throw new EngineError('internal', 'The build came to no image.');
  const { parts, signal } = own.session;
  const index = hasIndex(request) ? await prepareIndex(request, images, run) : undefined;
  signal.throwIfAborted();
  const { references, dockerfileName } = request;
  const stored = index?.images.get(own.stored.id) ?? own.stored;
  recordImages(parts.database, [[stored, { origin: { kind: 'build', from: dockerfileName }, references }]], () =>
    index?.record(parts.database),
  );
  publishImageEvent(parts.images, 'create', stored.id);
  for (const reference of references)
    publishImageEvent(parts.images, 'tag', stored.id, { name: familiarName(reference) });
  return stored.id;
}

async function storeConfig({ session, state }: Solved): Promise<BuiltImage> {
  const { parts, request, lease, signal } = session;
  const labelled =
    Object.keys(request.labels).length === 0
      ? state
      : withSettings(state, { Labels: { ...settingsOf(state).Labels, ...request.labels } });
  const { document, history, layers } = labelled;
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
  const created = history.at(-1)?.created ?? new Date(0).toISOString();
  const bytes = Buffer.from(JSON.stringify({ created, ...document, history, rootfs, ...inlineCache(session, layers) }));
  const id = parseDigest(`sha256:${digestOf(bytes)}`);
  await lease.hold(id);
  const blob = { mediaType: OCI_CONFIG, digest: id, size: bytes.length };
  await ingest(parts.images, { blob, sender: 'This machine', subject: 'the build' }, once(bytes), signal);
  const config = parseImageConfig(bytes, 'The config of the build');
  const stored = { id, config, layers: await storedLayers(parts.images, layers) };
  return { session, platform: normalisePlatform(config), config: blob, layers, stored };
}
