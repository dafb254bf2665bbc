import type { Digest } from '#engine/contract/digest.ts';
import type { Referrer } from '#engine/contract/referrer.ts';
import type { Reference } from '#engine/contract/reference.ts';
import { familiarName } from '#engine/contract/reference.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseImageIndex } from '#engine/oci/image-index.ts';
import { isIndexType } from '#engine/oci/media-types.ts';
import type { Document, RemoteRepository } from '#engine/registry/registry-client.ts';

import { isAttestation } from './attestation-layout.ts';
import type { ImageParts } from './image-parts.ts';

/** What is known to be about an image at its registry. */
export interface Referrers {
  /** Of what the name leads to. */
  readonly digest: Digest;
  readonly referrers: readonly Referrer[];
}

/** Tags beside an image's, as cosign makes them of its digest (sigstore, "Signature Storage"). */
const cosignTags = { sig: 'signature', att: 'attestation', sbom: 'sbom' } as const;

/**
 * Lists signatures, lists of contents and attestations of an image: those that say so themselves, those beside its images in the
 * index, and those that cosign keeps under tags of their own. Nothing of it is verified or stored.
 */
export async function listReferrers(
  { registry }: Pick<ImageParts, 'registry'>,
  reference: Reference,
  signal?: AbortSignal,
): Promise<Referrers> {
  const repository = registry.repository(reference);
  const what = familiarName(reference);
  const top = await repository.document(reference.digest ?? reference.tag ?? 'latest', signal);
  const { digest } = top.descriptor;
  const [own, tagged] = await Promise.all([
    repository.referrers(digest, signal),
    cosignReferrers(repository, digest, signal),
  ]);
  const all = [...own.map((one) => described(one, 'referrers')), ...tagged, ...besideImages(top, what)];
  return { digest, referrers: [...new Map(all.map((one) => [one.digest, one])).values()] };
}

/** What cosign calls a thing that is about a manifest. */
export function cosignTag(digest: Digest, kind: keyof typeof cosignTags): string {
  return `${digest.replace(':', '-')}.${kind}`;
}

async function cosignReferrers(
  repository: RemoteRepository,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<readonly Referrer[]> {
  const kinds = ['sig', 'att', 'sbom'] as const;
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const called = await repository.resolve(cosignTag(digest, kind), signal);
      return called === undefined
        ? []
        : [{ digest: called, kind: cosignTags[kind], from: 'tag' as const, annotations: {} }];
    }),
  );
  return found.flat();
}

/** BuildKit lists attestations beside the images they are about, as images for no platform. */
function besideImages({ descriptor, bytes }: Document, what: string): readonly Referrer[] {
  if (!isIndexType(descriptor.mediaType)) return [];
  return parseImageIndex(bytes, `The index of ${what}`)
    .manifests.filter(isAttestation)
    .map((one) => ({ ...described(one, 'index'), kind: 'attestation' }));
}

function described({ digest, size, artifactType, annotations = {} }: Descriptor, from: Referrer['from']): Referrer {
  const type = artifactType === undefined ? {} : { artifactType };
  return { digest, size, ...type, kind: kindOf(artifactType ?? ''), from, annotations: { ...annotations } };
}

function kindOf(artifactType: string): Referrer['kind'] {
  if (/signature|\.sig\b|cosign\.artifact\.sig/.test(artifactType)) return 'signature';
  if (/spdx|cyclonedx|syft|sbom/.test(artifactType)) return 'sbom';
  return /in-toto|attest|sigstore\.bundle|dsse/.test(artifactType) ? 'attestation' : 'other';
}
