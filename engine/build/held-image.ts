import { parseDigest, type Digest } from '#engine/contract/digest.ts';
import { ingest } from '#engine/image/store-layers.ts';
import { recordHeld } from '#engine/image/record-image.ts';
import { parseImageConfig } from '#engine/oci/image-config.ts';
import { OCI_CONFIG } from '#engine/oci/media-types.ts';

import type { BuildParts } from './build-parts.ts';
import { digestOf, once } from './bytes.ts';
import { storedLayers } from './stored-layers.ts';
import { diffIdsOf, type StageState } from './stage-state.ts';
import type { StepWork } from './step-work.ts';

interface Held extends Pick<StageState, 'document' | 'layers'> {
  readonly history?: readonly object[];
}

/**
 * An image of a stage as it is, which nobody sees and which goes with its last container, or with the next collection.
 * @param mark makes it another image than whatever is built.
 */
export async function heldImage(
  { images }: Pick<BuildParts, 'images'>,
  { document, layers, history }: Held,
  { mark, lease, signal }: Pick<StepWork, 'lease' | 'signal'> & { readonly mark: string },
): Promise<Digest> {
  const rootfs = { type: 'layers', diff_ids: diffIdsOf({ layers }) };
  const bytes = Buffer.from(JSON.stringify({ ...document, ...(history && { history }), rootfs, build: mark }));
  const id = parseDigest(`sha256:${digestOf(bytes)}`);
  await lease.hold(id);
  const blob = { mediaType: OCI_CONFIG, digest: id, size: bytes.length };
  await ingest(images, { blob, sender: 'This machine', subject: 'the build' }, once(bytes), signal);
  const config = parseImageConfig(bytes, 'The config of a step');
  recordHeld(images.database, { id, config, layers: await storedLayers(images, layers) });
  return id;
}
