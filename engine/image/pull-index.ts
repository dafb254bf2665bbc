import { Slots } from '#engine/async/slots.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import { parseDocument } from '#engine/oci/document.ts';
import { isIndexType } from '#engine/oci/media-types.ts';
import type { Document, RemoteRepository } from '#engine/registry/registry-client.ts';

import type { TransferContext } from './follow-transfer.ts';
import type { ImageParts } from './image-parts.ts';
import { keepDocument } from './kept-documents.ts';
import { once } from './once.ts';
import { ingest } from './store-layers.ts';

export interface IndexSource {
  readonly reference: Reference;
  readonly repository: RemoteRepository;
  /** What the name leads to. */
  readonly top: Document;
}

/** As many as a pull's layers. */
const DOWNLOADS = 3;

/**
 * Fetches all that an index lists, whatever it is for, and keeps it as it came; nothing is unpacked. Nothing happens for what is no
 * index.
 *
 * @throws EngineError `unsupported` for an index of indexes; what a pull may end with.
 */
export async function pullIndex(parts: ImageParts, source: IndexSource, context: TransferContext): Promise<void> {
  const { reference, repository, top } = source;
  const { lease, signal } = context;
  if (!isIndexType(top.descriptor.mediaType)) return;
  const what = familiarName(reference);
  const listed = parseDocument(top.bytes, top.descriptor.mediaType, `The index of ${what}`).parts;
  await lease.hold(top.descriptor.digest, ...listed.map(({ digest }) => digest));
  const documents: Document[] = [];
  for (const { digest } of listed) documents.push(await repository.document(digest, signal));
  const children = documents.map((document) => ({ document, said: readChild(document, what) }));
  await fetchBlobs(
    parts,
    children.flatMap(({ said }) => said.parts),
    { ...source, ...context },
  );
  for (const { descriptor, bytes } of [...documents, top]) {
    await ingest(parts, { blob: descriptor, ...senderOf(source) }, once(bytes), signal);
  }
  signal.throwIfAborted();
  const untagged = { registry: reference.registry, repository: reference.repository };
  for (const { document, said } of children) {
    const { digest } = document.descriptor;
    const named = said.parts.map((part) => part.digest);
    keepDocument(parts.database, { reference: { ...untagged, digest }, digest, subject: said.subject, parts: named });
  }
  const { digest } = top.descriptor;
  keepDocument(parts.database, { reference, digest, parts: listed.map((child) => child.digest) });
}

function readChild({ descriptor, bytes }: Document, what: string): ReturnType<typeof parseDocument> {
  if (!isIndexType(descriptor.mediaType)) return parseDocument(bytes, descriptor.mediaType, `A manifest of ${what}`);
  throw new EngineError('unsupported', `The index of ${what} lists other indexes; pull it for one platform at a time.`);
}

function senderOf({ reference }: IndexSource): { readonly sender: string; readonly subject: string } {
  return { sender: `The registry ${reference.registry}`, subject: familiarName(reference) };
}

/** What is here already is not fetched, and what several name once. */
async function fetchBlobs(
  parts: ImageParts,
  named: readonly Descriptor[],
  source: IndexSource & TransferContext,
): Promise<void> {
  const { board, lease, repository, signal } = source;
  const blobs = [...new Map(named.map((blob) => [blob.digest, blob])).values()];
  await lease.hold(...blobs.map(({ digest }) => digest));
  const first = board.add(blobs);
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const slots = new Slots(DOWNLOADS);
  const fetchOne = async (blob: Descriptor, at: number): Promise<void> => {
    if ((await parts.blobs.stat(blob.digest)) !== undefined) {
      board.layer(at, { state: 'exists', current: blob.size });
      return;
    }
    board.layer(at, { state: 'downloading' });
    await ingest(parts, { blob, ...senderOf(source) }, repository.blob(blob, either), either);
    board.layer(at, { state: 'done', current: blob.size });
  };
  const settled = await Promise.allSettled(
    blobs.map((blob, index) =>
      slots
        .run(() => fetchOne(blob, first + index), either)
        .catch((error: unknown) => {
          failed.abort(error);
          throw error;
        }),
    ),
  );
  const failure = settled.find((one) => one.status === 'rejected');
  // The others only say that they were stopped.
  if (failure !== undefined) throw failed.signal.reason;
}
