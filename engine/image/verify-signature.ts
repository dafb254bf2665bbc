import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';

import { digestHex, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import type { SignatureReport } from '#engine/contract/referrer.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { JsonFields } from '#engine/oci/json-fields.ts';
import { readDescriptor } from '#engine/oci/read-descriptor.ts';
import { oneLine } from '#engine/registry/one-line.ts';
import type { Document, RemoteRepository } from '#engine/registry/registry-client.ts';

import type { ImageParts } from './image-parts.ts';
import { cosignTag } from './list-referrers.ts';

type Signature = SignatureReport['signatures'][number];

/** Of a manifest's layers those that are signed texts, and where the signature over one stands (sigstore, "Signature Spec"). */
const PAYLOAD = 'application/vnd.dev.cosign.simplesigning.v1+json';
const SIGNATURE = 'dev.cosignproject.cosign/signature';
const ARTIFACT = 'application/vnd.dev.cosign.artifact.sig.v1+json';
const MAX_PAYLOAD_BYTES = 1024 * 1024;
/** Nobody signs an image more often than this; somebody may want us to believe so. */
const MOST_SIGNATURES = 100;

/**
 * Looks for cosign's signatures of what a name leads to, and at each of them with a public key: whether it was made with it, over this very
 * digest. A transparency log is not asked.
 *
 * @param pem the key, as `cosign.pub` has it.
 * @throws EngineError `invalid-argument` when it is no key; what reading from a registry may end with.
 */
export async function verifySignature(
  { registry }: Pick<ImageParts, 'registry'>,
  reference: Reference,
  pem: string,
): Promise<SignatureReport> {
  const key = readKey(pem);
  const repository = registry.repository(reference);
  const { descriptor } = await repository.document(reference.digest ?? reference.tag ?? 'latest');
  const { digest } = descriptor;
  const signatures: Signature[] = [];
  for (const document of await signatureManifests(repository, digest)) {
    for (const layer of payloadsIn(document, `The signature of ${familiarName(reference)}`)) {
      if (signatures.length >= MOST_SIGNATURES) break;
      const found = await look(repository, layer, { key, digest });
      signatures.push({ manifest: document.descriptor.digest, ...found });
    }
  }
  return { digest, isSigned: signatures.some(({ isValid }) => isValid), signatures };
}

function readKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    const sentence = 'That is no public key; it has to be PEM, as cosign generate-key-pair writes it to cosign.pub.';
    throw new EngineError('invalid-argument', sentence, { cause });
  }
}

async function signatureManifests(repository: RemoteRepository, digest: Digest): Promise<readonly Document[]> {
  const tag = cosignTag(digest, 'sig');
  const tagged = await repository.resolve(tag);
  const referring = (await repository.referrers(digest)).filter(({ artifactType }) => artifactType === ARTIFACT);
  const digests = new Set([...(tagged === undefined ? [] : [tagged]), ...referring.map((one) => one.digest)]);
  return Promise.all([...digests].slice(0, MOST_SIGNATURES).map((one) => repository.document(one)));
}

function payloadsIn({ bytes }: Document, what: string): readonly Descriptor[] {
  const layers = (JsonFields.parse(bytes, what).objects('layers') ?? []).map(readDescriptor);
  return layers.filter(({ mediaType }) => mediaType === PAYLOAD);
}

async function look(
  repository: RemoteRepository,
  layer: Descriptor,
  { key, digest }: { readonly key: KeyObject; readonly digest: Digest },
): Promise<Omit<Signature, 'manifest'>> {
  const payload = await readPayload(repository, layer);
  const signed = payload && readClaim(payload);
  if (payload === undefined || signed === undefined) return { isValid: false, problem: 'unreadable' };
  const { identity } = signed;
  if (!isMadeWith(key, payload, layer.annotations?.[SIGNATURE] ?? '')) {
    return { isValid: false, problem: 'another-key', identity };
  }
  return signed.digest === digest
    ? { isValid: true, identity }
    : { isValid: false, problem: 'another-image', identity };
}

async function readPayload(repository: RemoteRepository, layer: Descriptor): Promise<Buffer | undefined> {
  if (layer.size > MAX_PAYLOAD_BYTES) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of repository.blob(layer)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return createHash('sha256').update(bytes).digest('hex') === digestHex(layer.digest) ? bytes : undefined;
}

/** What somebody put their name to: that an image is called so and has this digest. */
function readClaim(payload: Buffer): { readonly digest: string; readonly identity: string } | undefined {
  try {
    const critical = JsonFields.parse(payload, 'the signed text').object('critical');
    if (critical.text('type') !== 'cosign container image signature') return undefined;
    return {
      digest: critical.object('image').text('docker-manifest-digest'),
      identity: oneLine(critical.optionalObject('identity')?.optionalText('docker-reference') ?? '', 300),
    };
  } catch {
    return undefined;
  }
}

/** A signature over the SHA-256 of the text; of Ed25519 over the text itself. */
function isMadeWith(key: KeyObject, payload: Buffer, signature: string): boolean {
  const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  try {
    return verify(algorithm, payload, key, Buffer.from(signature, 'base64'));
  } catch {
    // Of another kind than the key can have made.
    return false;
  }
}
