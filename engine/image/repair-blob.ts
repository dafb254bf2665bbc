import type { Digest } from '#engine/contract/digest.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import { familiarRepository, parseReference } from '#engine/contract/reference.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseManifest } from '#engine/oci/manifest.ts';
import type { Document, RemoteRepository } from '#engine/registry/registry-client.ts';

import type { ImageParts } from './image-parts.ts';
import { findImage } from './image-records.ts';
import { once } from './once.ts';

/** A repository that says it has an image, and the manifest by which it has it. */
interface Source {
  readonly repository: string;
  readonly manifest: Digest;
}

/**
 * Fetches a blob again from wherever one of the images that need it came from.
 *
 * @returns the repository that had it, in familiar form.
 * @throws EngineError `not-found` when none is known or none has it, with what the last of them said.
 */
export async function repairBlob(
  parts: ImageParts,
  { digest, holders }: { readonly digest: Digest; readonly holders: ReadonlySet<Digest> },
  signal: AbortSignal,
): Promise<string> {
  const sources = sourcesOf(parts, holders);
  let reason = 'no registry is known that had it';
  for (const { repository, manifest } of sources) {
    try {
      const reference = parseReference(`${repository}@${manifest}`);
      const remote = parts.registry.repository(reference);
      await fetchAgain(parts, { remote, manifest, digest }, signal);
      return familiarRepository(reference);
    } catch (error) {
      signal.throwIfAborted();
      reason = toEngineError(error).message;
    }
  }
  throw new EngineError('not-found', reason);
}

function sourcesOf({ database }: ImageParts, holders: ReadonlySet<Digest>): readonly Source[] {
  const repositories = database.prepare('SELECT DISTINCT repository FROM repo_digests WHERE image_id = ?');
  return [...holders].flatMap((id) => {
    const manifest = findImage(database, id)?.manifestDigest;
    if (manifest === undefined) return [];
    return repositories.all(id).map((row) => ({ repository: String(row['repository']), manifest }));
  });
}

async function fetchAgain(
  { blobs }: ImageParts,
  { remote, manifest, digest }: { remote: RemoteRepository; manifest: Digest; digest: Digest },
  signal: AbortSignal,
): Promise<void> {
  const document = await remote.document(manifest, signal);
  if (digest === manifest) await blobs.ingest(document.descriptor, once(document.bytes), signal);
  else {
    const descriptor = namedIn(document, digest);
    await blobs.ingest(descriptor, remote.blob(descriptor, signal), signal);
  }
}

function namedIn({ descriptor, bytes }: Document, digest: Digest): Descriptor {
  const { config, layers } = parseManifest(bytes, descriptor.mediaType, 'The manifest');
  const found = [config, ...layers].find((one) => one.digest === digest);
  if (found !== undefined) return found;
  throw new EngineError('not-found', `the manifest ${descriptor.digest} there names no such blob`);
}
