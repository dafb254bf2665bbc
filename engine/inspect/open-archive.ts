import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';

import { decompressed } from '#engine/archive/decompress.ts';
import { readTar } from '#engine/archive/read-tar.ts';
import { FileBlobStore } from '#engine/content/file-blob-store.ts';
import { isMissing } from '#engine/content/file-failures.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, parseReference } from '#engine/contract/reference.ts';
import { unpackArchive } from '#engine/image/archive-files.ts';
import { archivedImages, type ArchivedImage } from '#engine/image/archived-images.ts';
import { hostPlatform } from '#engine/image/choose-manifest.ts';
import { pairLayers } from '#engine/image/pull-image.ts';
import { parseImageConfig } from '#engine/oci/image-config.ts';

import { foreignLayers, tarLayer, type OpenSide, type SideParts } from './open-side.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * What `docker save` or an OCI tool wrote, or a tar of a root file system, compressed or not.
 *
 * @throws EngineError `not-found` when there is no such file or image in it, `corrupt` when it is no archive.
 */
export async function openArchive(parts: SideParts, path: string, image: string | undefined): Promise<OpenSide> {
  await checkFile(path);
  if (!(await holdsImages(path))) {
    const layer = await tarLayer(parts, { path, name: 'root' });
    return { kind: 'archive', name: basename(path), diffIds: [], layers: [layer] };
  }
  // Its files stay until the comparison goes, with its directory.
  const archive = await unpackArchive(new FileBlobStore(parts.dir), bytesOf(path), parts.signal);
  const chosen = chooseImage(await archivedImages(archive, hostPlatform), image, path);
  const name = chosen.references[0] === undefined ? basename(path) : familiarName(chosen.references[0]);
  const config = parseImageConfig(chosen.config, `The config of ${name}`);
  const paths = new Map(chosen.layers.map(({ blob, spool }) => [blob.digest, spool.path]));
  const blobs = chosen.layers.map(({ blob }) => blob);
  const wanted = pairLayers(config.diffIds, blobs, name).map(({ diffId, blob }) => ({
    diffId,
    size: blob.size,
    source: { path: paths.get(blob.digest) ?? '' },
  }));
  const found = await foreignLayers(parts, wanted);
  return { kind: 'archive', name, id: chosen.id, config, diffIds: config.diffIds, ...found };
}

async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (found?.isFile() === true) return;
  throw new EngineError('not-found', `There is no archive ${path} on the engine's machine.`);
}

function bytesOf(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: CHUNK_BYTES });
}

/** Names that archives of images have at the top; a tar with any other is of a root file system. */
const ARCHIVE_NAME =
  /^(\.\/)*($|blobs(\/|$)|(sha256:)?[0-9a-f]{64}(\/|\.(json|tar|tar\.gz))?$|[0-9a-f]{64}\/|(manifest|index)\.json$|repositories$|oci-layout$)/;
const LIST_NAME = /^(\.\/)*(manifest|index)\.json$/;

/** Reads names until one tells: what a root file system begins with, or the list of an archive's images. */
async function holdsImages(path: string): Promise<boolean> {
  for await (const part of readTar(decompressed(bytesOf(path)))) {
    if (part.kind !== 'entry') continue;
    if (!ARCHIVE_NAME.test(part.entry.name)) return false;
    if (LIST_NAME.test(part.entry.name)) return true;
  }
  return false;
}

function chooseImage(images: readonly ArchivedImage[], wanted: string | undefined, path: string): ArchivedImage {
  const name = wanted === undefined ? undefined : familiarName(parseReference(wanted));
  const found =
    name === undefined
      ? images[0]
      : images.find(({ references }) => references.some((reference) => familiarName(reference) === name));
  if (found !== undefined) return found;
  const there = images.flatMap(({ references }) => references.map(familiarName)).join(', ');
  throw new EngineError('not-found', `${path} has no image ${name ?? ''}; it has ${there === '' ? 'none' : there}.`);
}
