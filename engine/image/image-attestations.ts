import type { Attestation, ImageAttestations } from '#engine/contract/attestation.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { textPieces } from '#engine/contract/text-pieces.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseDocument } from '#engine/oci/document.ts';
import { parseImageIndex } from '#engine/oci/image-index.ts';
import { documentType } from '#engine/oci/manifest.ts';
import { IN_TOTO, isIndexType } from '#engine/oci/media-types.ts';
import { formatPlatform } from '#engine/oci/platform.ts';

import { isAttestation, predicateTypeOf, subjectOf } from './attestation-layout.ts';
import type { ImageParts } from './image-parts.ts';
import { canonicalTagsOf } from './image-records.ts';
import { documentTagged } from './kept-documents.ts';
import { findPresent } from './resolve-image.ts';

/** Bytes of a statement that is shown; a list of packages has some hundred for each. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * What is said of an image and of those beside it in its index: of what was built so here, or pulled for all platforms.
 * @param name a name, or an id: then the first of its names that leads to an index counts.
 * @throws EngineError `not-found`
 */
export async function imageAttestations(parts: ImageParts, name: string): Promise<ImageAttestations> {
  const index = indexOfImage(parts, name);
  if (index === undefined) return { attestations: [] };
  const listed = parseImageIndex(await parts.blobs.read(index), `The index of ${name}`).manifests;
  const platforms = new Map(
    listed.map(({ digest, platform }) => [digest as string, platform === undefined ? '' : formatPlatform(platform)]),
  );
  const attestations: Attestation[] = [];
  for (const one of listed.filter(isAttestation)) {
    const subject = listed.find(({ digest }) => digest === subjectOf(one));
    if (subject === undefined) continue;
    const statements = await statementsOf(parts, one, name);
    const about = { subject: subject.digest, platform: platforms.get(subject.digest) ?? '' };
    attestations.push(...statements.map((statement) => ({ ...described(statement), ...about })));
  }
  return { index, attestations };
}

/** The text of one of them, in pieces. @throws EngineError `not-found` when nothing of that digest is said of the image. */
export async function* readAttestation(parts: ImageParts, name: string, wanted: Digest): AsyncGenerator<string> {
  const { attestations } = await imageAttestations(parts, name);
  if (!attestations.some(({ digest }) => digest === wanted))
    throw new EngineError('not-found', `Nothing of the digest ${wanted} is said of ${name} here.`);
  yield* textPieces(Buffer.from(await parts.blobs.read(wanted, MOST_BYTES)).toString('utf8'));
}

function indexOfImage({ database }: ImageParts, name: string): Digest | undefined {
  const { id, reference } = findPresent(database, name);
  // Of two names of one image one may mean an index, and the other the image alone.
  if (reference?.tag !== undefined) return documentTagged(database, reference);
  const others = canonicalTagsOf(database, id).map((tag) => documentTagged(database, parseReference(tag)));
  return others.find((digest) => digest !== undefined);
}

/** Nothing for what is no longer here: whoever removed it left the rest. */
async function statementsOf(
  { blobs }: ImageParts,
  { digest }: Descriptor,
  name: string,
): Promise<readonly Descriptor[]> {
  if ((await blobs.stat(digest)) === undefined) return [];
  const bytes = await blobs.read(digest);
  const what = `An attestation of ${name}`;
  const mediaType = documentType(bytes, undefined, what);
  if (isIndexType(mediaType)) return [];
  return parseDocument(bytes, mediaType, what).parts.filter((part) => part.mediaType === IN_TOTO);
}

function described(statement: Descriptor): Pick<Attestation, 'kind' | 'predicateType' | 'digest' | 'size'> {
  const predicateType = predicateTypeOf(statement);
  return { kind: kindOf(predicateType), predicateType, digest: statement.digest, size: statement.size };
}

function kindOf(predicateType: string): Attestation['kind'] {
  if (predicateType.startsWith('https://slsa.dev/provenance/')) return 'provenance';
  return predicateType === 'https://spdx.dev/Document' ? 'sbom' : 'other';
}
