import type { Reference } from '#engine/contract/reference.ts';
import { archiveLayout, type ArchiveFormat } from '#engine/image/archive-layout.ts';
import { compressLayer } from '#engine/image/compress-layer.ts';
import { makeManifest } from '#engine/image/make-manifest.ts';
import { tarOfFiles } from '#engine/image/save-image.ts';
import type { WholeLayer } from '#engine/image/whole-image.ts';
import { OCI_MANIFEST } from '#engine/oci/media-types.ts';

import type { BuiltImage } from './record-build.ts';

/** What was built as an archive, whether or not this machine keeps it as an image. */
export async function* builtArchive(
  { session, stored, config, layers }: BuiltImage,
  references: readonly Reference[],
  format: ArchiveFormat,
): AsyncGenerator<Uint8Array> {
  const { images } = session.parts;
  const { lease, signal } = session;
  const whole: WholeLayer[] = [];
  for (const layer of layers) {
    const blob = await compressLayer(images, layer, { compression: 'gzip', lease, signal });
    whole.push({ diffId: layer.diffId, blob, open: () => images.blobs.open(blob.digest) });
  }
  const manifest = makeManifest(
    OCI_MANIFEST,
    config,
    whole.map(({ blob }) => blob),
  );
  const image = { id: stored.id, manifest, config, layers: whole };
  yield* tarOfFiles(archiveLayout([{ image, references }], format, (digest) => images.blobs.open(digest)));
}
