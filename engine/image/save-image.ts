import { encodeTarHeader, TAR_END, tarPadding } from '#engine/archive/encode-tar.ts';
import { readAhead } from '#engine/async/read-ahead.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { archiveLayout, type ArchiveFile, type ArchiveFormat, type SavedImage } from './archive-layout.ts';
import { namedImages } from './archive-names.ts';
import { publishImageEvent } from './image-events.ts';
import type { ImageParts } from './image-parts.ts';
import { layersOf } from './image-records.ts';
import { leasesOf, type Lease } from './leases.ts';
import { letGoUnchanged } from './release-lease.ts';
import { wholeImage } from './whole-image.ts';

/** An archive on its way out. */
export interface SavedArchive {
  /** Of the whole archive, known beforehand. */
  readonly size: number;
  /** To be read to the end, or left by `return`. @throws EngineError `corrupt` for what was damaged on the disk. */
  readonly bytes: AsyncGenerator<Uint8Array>;
}

/**
 * Images as one archive, each blob in it once. The same images give the same bytes.
 *
 * @param names as people write them; a repository's without a tag means all its tags.
 * @throws EngineError `not-found` in Docker's words, `corrupt` when a part of an image is gone.
 */
export async function saveImages(
  parts: ImageParts,
  names: readonly string[],
  format: ArchiveFormat,
): Promise<SavedArchive> {
  const lease = leasesOf(parts).open();
  try {
    const images = namedImages(parts.database, names);
    const saved: SavedImage[] = [];
    for (const { id, references } of images) {
      // Held before it is looked at, so that all of it stays until it is read.
      await lease.hold(id, ...layersOf(parts.database, id).map(({ diffId }) => diffId));
      const image = await wholeImage(parts, id);
      await lease.hold(image.manifest.descriptor.digest, ...image.layers.map(({ blob }) => blob.digest));
      saved.push({ image, references });
    }
    const files = archiveLayout(saved, format, (digest) => parts.blobs.open(digest));
    for (const { id } of images) publishImageEvent(parts, 'save', id);
    return { size: sizeOf(files), bytes: tarOf(parts, files, lease) };
  } catch (error) {
    await letGoUnchanged(parts, lease);
    throw error;
  }
}

async function* tarOf(parts: ImageParts, files: readonly ArchiveFile[], lease: Lease): AsyncGenerator<Uint8Array> {
  try {
    yield* tarOfFiles(files);
  } finally {
    await letGoUnchanged(parts, lease);
  }
}

/** @throws EngineError `corrupt` for what was damaged on the disk. */
export async function* tarOfFiles(files: readonly ArchiveFile[]): AsyncGenerator<Uint8Array> {
  for (const file of files) {
    yield headerOf(file);
    yield* exactly(file);
    yield tarPadding(file.size);
  }
  yield TAR_END;
}

/** The header has said how many bytes come, and the next one begins where they end. */
async function* exactly({ name, size, open }: ArchiveFile): AsyncGenerator<Uint8Array> {
  let left = size;
  for await (const chunk of readAhead(open())) {
    left -= chunk.byteLength;
    if (left < 0) break;
    yield chunk;
  }
  if (left !== 0) throw new EngineError('corrupt', `${name} has another size than it should have on this disk.`);
}

function headerOf({ name, size }: ArchiveFile): Buffer {
  const isDirectory = name.endsWith('/');
  return encodeTarHeader({
    name,
    type: isDirectory ? 'directory' : 'file',
    linkName: '',
    size,
    mode: isDirectory ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    mtime: 0,
    major: 0,
    minor: 0,
  });
}

function sizeOf(files: readonly ArchiveFile[]): number {
  return files.reduce(
    (sum, file) => sum + headerOf(file).length + file.size + tarPadding(file.size).length,
    TAR_END.length,
  );
}
