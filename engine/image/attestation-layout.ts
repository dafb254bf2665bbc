import type { Digest } from '#engine/contract/digest.ts';
import { digestHex } from '#engine/contract/digest.ts';
import type { Platform } from '#engine/contract/image.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { IN_TOTO, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST } from '#engine/oci/media-types.ts';

import type { ManifestDocument } from './choose-manifest.ts';
import { documentOf } from './make-manifest.ts';

/*
 * How BuildKit keeps statements about images (github.com/moby/buildkit, `docs/attestations/attestation-storage.md`): in an index,
 * after the images, as manifests for no platform that name the one they are about, with a statement a layer.
 */
const REFERENCE_TYPE = 'vnd.docker.reference.type';
const REFERENCE_DIGEST = 'vnd.docker.reference.digest';
const PREDICATE_TYPE = 'in-toto.io/predicate-type';

const nowhere: Platform = { os: 'unknown', architecture: 'unknown' };

/** Something that is said of a manifest. */
export interface Statement {
  readonly predicateType: string;
  readonly predicate: object;
}

/** What an attestation takes in the store: the statements, a config that nobody reads, and the manifest of both. */
export interface AttestationLayout {
  readonly statements: readonly ManifestDocument[];
  readonly config: ManifestDocument;
  readonly manifest: ManifestDocument;
}

/** @param name the manifest's image as a package URL. */
export function attestationOf(
  subject: Digest,
  { name, statements }: { readonly name: string; readonly statements: readonly Statement[] },
): AttestationLayout {
  const about = [{ name, digest: { sha256: digestHex(subject) } }];
  const documents = statements.map(({ predicateType, predicate }) => ({
    predicateType,
    // The order of the members is that of in-toto's own examples: whoever reads a long one sees first what it is.
    document: documentOf(IN_TOTO, {
      _type: 'https://in-toto.io/Statement/v0.1',
      predicateType,
      subject: about,
      predicate,
    }),
  }));
  const layers = documents.map(({ predicateType, document }) => ({
    ...document.descriptor,
    annotations: { [PREDICATE_TYPE]: predicateType },
  }));
  const rootfs = { type: 'layers', diff_ids: layers.map(({ digest }) => digest) };
  const config = documentOf(OCI_CONFIG, { ...nowhere, config: {}, rootfs });
  const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: config.descriptor, layers };
  return {
    statements: documents.map(({ document }) => document),
    config,
    manifest: documentOf(OCI_MANIFEST, manifest),
  };
}

/** An image in an index, and what is said of it. */
export interface IndexedImage {
  readonly manifest: ManifestDocument;
  readonly platform: Platform;
  readonly attestation?: AttestationLayout | undefined;
}

/** Images first, each with its platform; then what is said of them. */
export function indexOf(images: readonly IndexedImage[]): ManifestDocument {
  const listed = images.map(({ manifest, platform }) => ({ ...manifest.descriptor, platform }));
  const said = images.flatMap(({ manifest, attestation }) =>
    attestation === undefined
      ? []
      : [
          {
            ...attestation.manifest.descriptor,
            annotations: {
              [REFERENCE_DIGEST]: manifest.descriptor.digest,
              [REFERENCE_TYPE]: 'attestation-manifest',
            },
            platform: nowhere,
          },
        ],
  );
  return documentOf(OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [...listed, ...said] });
}

/** Whether an index lists it as something that is said of an image. */
export function isAttestation({ annotations = {} }: Pick<Descriptor, 'annotations'>): boolean {
  return annotations[REFERENCE_TYPE] === 'attestation-manifest';
}

/** The manifest that it is about, as far as its index says. */
export function subjectOf({ annotations = {} }: Pick<Descriptor, 'annotations'>): string {
  return annotations[REFERENCE_DIGEST] ?? '';
}

/** What kind of statement a layer is; empty for one that doesn't say. */
export function predicateTypeOf({ annotations = {} }: Pick<Descriptor, 'annotations'>): string {
  return annotations[PREDICATE_TYPE] ?? '';
}
