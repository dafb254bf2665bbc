import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { parseDigest, isDigest } from '#engine/contract/digest.ts';
import { familiarName } from '#engine/contract/reference.ts';
import { receiveDocument, type ReceivedDocument } from '#engine/image/receive-document.ts';
import type { AnyDocument } from '#engine/oci/document.ts';
import { documentType } from '#engine/oci/manifest.ts';

import { RegistryFailure, withCode } from './failures.ts';
import { asDigest } from './read-operations.ts';
import type { Operation, RegistryContext } from './registry-context.ts';
import type { Uploads } from './uploads.ts';

/** As much as the specification asks a registry to take, at least. */
const MANIFEST_BYTES = 4 * 1024 * 1024;

/** Begins an upload; or ends it at once, with all of the blob, or with one that is here already. */
export const beginUpload: Operation = async (context, { request, response, query, name }) => {
  const uploads = uploadsOf(context);
  // Refused before anything is sent.
  context.repositories.referenceOf(name, 'latest');
  const mounted = query.get('mount');
  if (mounted !== null && (await context.images.blobs.stat(asDigest(mounted))) !== undefined) {
    await uploads.keep(asDigest(mounted));
    sayCreated(response, `/v2/${name}/blobs/${mounted}`, mounted);
    return;
  }
  const id = await uploads.begin(name);
  const promised = query.get('digest');
  if (promised === null) {
    sayAccepted(response, { name, id, size: 0 });
    return;
  }
  await uploads.append(name, id, { source: request });
  await uploads.finish(name, id, asDigest(promised));
  sayCreated(response, `/v2/${name}/blobs/${promised}`, promised);
};

export const uploadStatus: Operation = (context, { response, name, reference }) => {
  const size = uploadsOf(context).sizeOf(name, reference);
  response.writeHead(204, uploadHeaders({ name, id: reference, size })).end();
};

export const continueUpload: Operation = async (context, { request, response, name, reference }) => {
  const at = startOf(request);
  const size = await uploadsOf(context).append(name, reference, { source: request, at });
  sayAccepted(response, { name, id: reference, size });
};

export const finishUpload: Operation = async (context, { request, response, query, name, reference }) => {
  const uploads = uploadsOf(context);
  const promised = asDigest(query.get('digest') ?? '');
  await uploads.append(name, reference, { source: request, at: startOf(request) });
  await uploads.finish(name, reference, promised);
  sayCreated(response, `/v2/${name}/blobs/${promised}`, promised);
};

export const cancelUpload: Operation = async (context, { response, name, reference }) => {
  await uploadsOf(context).cancel(name, reference);
  response.writeHead(204).end();
};

/** What is pushed under a tag is an image of this store, and its tag one of this store's; all else is kept as it came. */
export const putManifest: Operation = async (context, { request, response, name, reference }) => {
  const uploads = uploadsOf(context);
  const bytes = await readManifest(request);
  const digest = parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  if (isDigest(reference) && reference !== digest) {
    throw new RegistryFailure(400, 'DIGEST_INVALID', `The manifest that came is ${digest}, and not ${reference}.`);
  }
  const called = context.repositories.referenceOf(name, reference);
  const mediaType = documentType(bytes, request.headers['content-type'], `The manifest of ${familiarName(called)}`);
  const document = { descriptor: { mediaType, digest, size: bytes.length }, bytes };
  const { subject, parts } = await receive(context, { document, reference: called });
  await uploads.release(parts.map((part) => part.digest));
  if (subject !== undefined) response.setHeader('oci-subject', subject);
  sayCreated(response, `/v2/${name}/manifests/${digest}`, digest);
};

/** A tag is taken from what it leads to; by its digest a manifest goes with all its tags. Images go into the trash. */
export const deleteManifest: Operation = async (context, { response, name, reference }) => {
  uploadsOf(context);
  try {
    await context.repositories.remove(name, reference);
  } catch (error) {
    throw withCode(error, 'conflict', [409, 'DENIED']);
  }
  response.writeHead(202, { 'content-length': 0 }).end();
};

async function receive({ images, closing }: RegistryContext, received: ReceivedDocument): Promise<AnyDocument> {
  try {
    return await receiveDocument(images, received, closing);
  } catch (error) {
    throw withCode(error, 'not-found', [404, 'MANIFEST_BLOB_UNKNOWN']);
  }
}

async function readManifest(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MANIFEST_BYTES) {
      throw new RegistryFailure(413, 'MANIFEST_INVALID', `A manifest has at most ${MANIFEST_BYTES} bytes here.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function uploadsOf({ uploads }: RegistryContext): Uploads {
  if (uploads !== undefined) return uploads;
  throw new RegistryFailure(
    405,
    'UNSUPPORTED',
    'This registry is read-only; estrato registry --push takes images too.',
  );
}

/** `Content-Range: 0-1023`, as the specification writes it for a piece. */
function startOf({ headers }: IncomingMessage): number | undefined {
  const start = /^(?:bytes )?(\d{1,15})-/.exec(headers['content-range'] ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

interface UploadState {
  readonly name: string;
  readonly id: string;
  /** Bytes that have come. */
  readonly size: number;
}

function sayAccepted(response: ServerResponse, state: UploadState): void {
  response.writeHead(202, { ...uploadHeaders(state), 'content-length': 0 }).end();
}

function uploadHeaders({ name, id, size }: UploadState): Record<string, string> {
  return {
    location: `/v2/${name}/blobs/uploads/${id}`,
    // The last byte's place, which an empty upload doesn't have; registries say this.
    range: `0-${Math.max(0, size - 1)}`,
    'docker-upload-uuid': id,
  };
}

function sayCreated(response: ServerResponse, location: string, digest: string): void {
  response.writeHead(201, { location, 'docker-content-digest': digest, 'content-length': 0 }).end();
}
