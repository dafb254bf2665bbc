import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

import { z } from 'zod';

import { compressionOf } from '#engine/archive/decompress.ts';
import type { BlobSpool } from '#engine/content/blob-store.ts';
import { digest, digestHex, parseDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Platform } from '#engine/contract/image.ts';
import { parseReference, type Reference } from '#engine/contract/reference.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { DOCKER_LAYER, DOCKER_LAYER_GZIP, OCI_INDEX, OCI_LAYER_ZSTD } from '#engine/oci/media-types.ts';
import type { Document } from '#engine/registry/registry-client.ts';

import type { Archive, SpooledFile } from './archive-files.ts';
import { chooseManifest } from './choose-manifest.ts';

export interface ArchivedLayer {
  readonly blob: Descriptor;
  readonly spool: BlobSpool;
}

/** An image as an archive has it. */
export interface ArchivedImage {
  readonly id: Digest;
  readonly config: Uint8Array;
  readonly manifest?: Document;
  readonly layers: readonly ArchivedLayer[];
  readonly references: readonly Reference[];
}

/** @throws EngineError `corrupt` when it is neither Docker's nor OCI's; `not-found` when it has nothing for the platform. */
export async function archivedImages(archive: Archive, platform: Platform): Promise<readonly ArchivedImage[]> {
  if (!archive.has('manifest.json')) return ociImages(archive, platform);
  const known = archive.has('index.json') ? await manifestsById(archive, platform) : new Map<Digest, ArchivedImage>();
  return dockerImages(archive, known);
}

/** An archive may have OCI's lists beside Docker's, which alone are enough: what can't be read of them is left out. */
async function manifestsById(archive: Archive, platform: Platform): Promise<ReadonlyMap<Digest, ArchivedImage>> {
  try {
    return new Map((await ociImages(archive, platform)).map((image) => [image.id, image]));
  } catch (error) {
    if (error instanceof EngineError) return new Map();
    throw error;
  }
}

const dockerManifest = z.array(
  z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullish(), Layers: z.array(z.string()) }),
);

/** @param known images with a manifest, which is an image's only where it names the same layers. */
async function dockerImages(
  archive: Archive,
  known: ReadonlyMap<Digest, ArchivedImage>,
): Promise<readonly ArchivedImage[]> {
  const manifest = parseJson(await archive.read('manifest.json'), dockerManifest, 'manifest.json');
  return Promise.all(
    manifest.map(async ({ Config, RepoTags, Layers }) => {
      const config = await archive.read(Config);
      const id = sha256Of(config);
      const references = (RepoTags ?? []).map(parseReference);
      const files = Layers.map((name) => archive.file(name));
      const same = known.get(id);
      const isSame = same?.layers.map(({ blob }) => blob.digest).join() === files.map((file) => file.digest).join();
      if (same !== undefined && isSame) return { ...same, references };
      return { id, config, references, layers: await Promise.all(files.map(describe)) };
    }),
  );
}

/** Docker's lists don't say how a layer is compressed. */
async function describe({ spool, digest: own }: SpooledFile): Promise<ArchivedLayer> {
  await using file = await open(spool.path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
  const compression = compressionOf(buffer.subarray(0, bytesRead));
  const mediaType = { none: DOCKER_LAYER, gzip: DOCKER_LAYER_GZIP, zstd: OCI_LAYER_ZSTD }[compression];
  return { blob: { mediaType, digest: own, size: spool.size }, spool };
}

const ociIndex = z.object({
  manifests: z.array(
    z.object({
      mediaType: z.string(),
      digest,
      size: z.int(),
      platform: z.object({ os: z.string() }).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

async function ociImages(archive: Archive, platform: Platform): Promise<readonly ArchivedImage[]> {
  if (!archive.has('index.json')) {
    throw new EngineError(
      'corrupt',
      'The archive holds no image: it has neither manifest.json (docker save) nor index.json (OCI layout); if it was copied here, it may be incomplete.',
    );
  }
  const { manifests } = parseJson(await archive.read('index.json'), ociIndex, 'index.json');
  // Attestations are listed beside the images they are about.
  const images = manifests.filter((entry) => entry.platform?.os !== 'unknown');
  return Promise.all(
    images.map(async ({ mediaType, digest: own, size, annotations = {} }) => {
      const read = async (descriptor: Descriptor): Promise<Document> => ({
        descriptor,
        bytes: await archive.read(blobName(descriptor.digest)),
      });
      const document = await read({ mediaType: mediaType === '' ? OCI_INDEX : mediaType, digest: own, size });
      const chosen = await chooseManifest(document, { platform, what: 'the archive' }, read);
      const { manifest, descriptor, bytes } = chosen;
      const config = await archive.read(blobName(manifest.config.digest));
      const id = sha256Of(config);
      if (id !== manifest.config.digest) {
        const sentence = `The archive has other bytes for ${manifest.config.digest} than its manifest names; make it again.`;
        throw new EngineError('corrupt', sentence);
      }
      return {
        id,
        config,
        manifest: { descriptor, bytes },
        references: namesIn(annotations),
        layers: manifest.layers.map((blob) => ({ blob, spool: archive.file(blobName(blob.digest)).spool })),
      };
    }),
  );
}

/** `org.opencontainers.image.ref.name` is a whole reference with some tools, a tag alone with others: that names nothing. */
function namesIn(annotations: Readonly<Record<string, string>>): readonly Reference[] {
  const name = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name'];
  if (name === undefined || !/[/:]/.test(name)) return [];
  return [parseReference(name)];
}

function blobName(own: Digest): string {
  return `blobs/sha256/${digestHex(own)}`;
}

function parseJson<T extends z.ZodType>(bytes: Uint8Array, shape: T, name: string): z.infer<T> {
  try {
    return shape.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw new EngineError('corrupt', `The archive's ${name} is not what it should be; make the archive again.`, {
      cause,
    });
  }
}

function sha256Of(bytes: Uint8Array): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}
