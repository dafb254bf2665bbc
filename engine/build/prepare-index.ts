import type { Digest } from '#engine/contract/digest.ts';
import { digestHex } from '#engine/contract/digest.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import { attestationOf, indexOf, type IndexedImage, type Statement } from '#engine/image/attestation-layout.ts';
import { hostPlatform, type ManifestDocument } from '#engine/image/choose-manifest.ts';
import { compressLayer } from '#engine/image/compress-layer.ts';
import { recordDocument } from '#engine/image/kept-documents.ts';
import { makeManifest } from '#engine/image/make-manifest.ts';
import type { StoredImage } from '#engine/image/record-image.ts';
import { ingest } from '#engine/image/store-layers.ts';
import { stackPackages } from '#engine/inspect/installed-packages.ts';
import type { Database } from '#engine/metadata/database.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { OCI_MANIFEST } from '#engine/oci/media-types.ts';
import { formatPlatform } from '#engine/oci/platform.ts';
import { spdxDocument } from '#engine/sbom/spdx-document.ts';

import type { BuildRequest } from './build-request.ts';
import { once } from './bytes.ts';
import { imageUrl } from './image-url.ts';
import { provenanceOf } from './provenance.ts';
import type { BuildRun, BuiltImage } from './record-build.ts';

/** An index whose parts are all in the store, and which only lacks its names. */
export interface PreparedIndex {
  /** By their ids, as their manifests have them. */
  readonly images: ReadonlyMap<Digest, StoredImage>;
  /** Makes its names mean it; only within a transaction, after they mean an image. */
  record(database: Database): void;
}

/** A manifest with what it names. */
interface Part {
  readonly document: ManifestDocument;
  readonly names: readonly Descriptor[];
}

/**
 * Puts images, and what is said of them, into one index. A statement names the manifest that it is about, so that layers are compressed
 * now, whether or not anybody pushes them.
 */
export async function prepareIndex(
  request: BuildRequest,
  built: readonly BuiltImage[],
  run: BuildRun,
): Promise<PreparedIndex> {
  const images = new Map<Digest, StoredImage>();
  const listed: IndexedImage[] = [];
  const parts: Part[] = [];
  for (const image of built) {
    const { indexed, layers } = await prepareImage(request, image, run);
    const { manifest, attestation } = indexed;
    listed.push(indexed);
    parts.push({ document: manifest, names: [image.config, ...layers] });
    if (attestation !== undefined) parts.push(await storeAttestation(image, attestation));
    const own = image.stored.layers.map(({ record }, at) => ({ record, blob: layers[at] ?? image.config }));
    images.set(image.stored.id, { ...image.stored, layers: own, manifestDigest: manifest.descriptor.digest });
  }
  const index = indexOf(listed);
  for (const { document } of parts) await store(built, document);
  await store(built, index);
  return { images, record: (database) => recordIndex(database, request.references, { index, parts }) };
}

async function prepareImage(
  request: BuildRequest,
  image: BuiltImage,
  run: BuildRun,
): Promise<{ readonly indexed: IndexedImage; readonly layers: readonly Descriptor[] }> {
  const { session, config, platform } = image;
  const { parts, lease, signal } = session;
  const layers: Descriptor[] = [];
  for (const layer of image.layers)
    layers.push(await compressLayer(parts.images, layer, { compression: 'gzip', lease, signal }));
  const manifest = makeManifest(OCI_MANIFEST, config, layers);
  const statements = await statementsOf(request, image, run);
  const [reference] = request.references;
  const name = reference === undefined ? '_' : imageUrl(reference, formatPlatform(platform));
  const attestation =
    statements.length === 0 ? undefined : attestationOf(manifest.descriptor.digest, { name, statements });
  return { indexed: { manifest, platform, attestation }, layers };
}

async function statementsOf(request: BuildRequest, image: BuiltImage, run: BuildRun): Promise<readonly Statement[]> {
  const { attest = {}, references } = request;
  const { session, stored, platform } = image;
  const { parts, signal, materials, aside } = session;
  const statements: Statement[] = [];
  if (attest.sbom === true) {
    const contents = await stackPackages(
      parts,
      stored.layers.map(({ record }) => record.diffId),
      signal,
    );
    const [reference] = references;
    const about = {
      image: reference === undefined ? stored.id : familiarName(reference),
      digest: digestHex(stored.id),
      created: stored.config.created ?? new Date(0).toISOString(),
      version: parts.version,
    };
    statements.push({ predicateType: 'https://spdx.dev/Document', predicate: spdxDocument({ ...about, ...contents }) });
  }
  if (attest.provenance !== undefined) {
    const found = [...materials.all, ...aside.materials, ...(request.materials ?? [])];
    const facts = { mode: attest.provenance, platform, builderPlatform: hostPlatform, finishedAt: new Date() };
    statements.push(provenanceOf({ request, ...facts, ...run, version: parts.version, materials: found }));
  }
  return statements;
}

async function storeAttestation(
  image: BuiltImage,
  { statements, config, manifest }: NonNullable<IndexedImage['attestation']>,
): Promise<Part> {
  for (const document of [...statements, config]) await store([image], document);
  return { document: manifest, names: [config, ...statements].map(({ descriptor }) => descriptor) };
}

async function store([image]: readonly BuiltImage[], { descriptor, bytes }: ManifestDocument): Promise<void> {
  if (image === undefined) return;
  const { parts, lease, signal } = image.session;
  await lease.hold(descriptor.digest);
  const source = { blob: descriptor, sender: 'This machine', subject: 'the build' };
  await ingest(parts.images, source, once(bytes), signal);
}

function recordIndex(
  database: Database,
  references: readonly Reference[],
  { index, parts }: { readonly index: ManifestDocument; readonly parts: readonly Part[] },
): void {
  for (const reference of references) {
    const untagged = { registry: reference.registry, repository: reference.repository };
    for (const { document, names } of parts) {
      const { digest } = document.descriptor;
      recordDocument(database, { reference: { ...untagged, digest }, digest, parts: names.map((part) => part.digest) });
    }
    const { digest } = index.descriptor;
    recordDocument(database, { reference, digest, parts: parts.map(({ document }) => document.descriptor.digest) });
  }
}
