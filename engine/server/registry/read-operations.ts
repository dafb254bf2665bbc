import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { isDigest, type Digest } from '#engine/contract/digest.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { usableLayer } from '#engine/image/usable-layer.ts';
import { OCI_INDEX } from '#engine/oci/media-types.ts';

import { cutOut, parseRange } from './byte-range.ts';
import { RegistryFailure } from './failures.ts';
import { nextLink, pageOf } from './pages.ts';
import type { Operation } from './registry-context.ts';

/** Distribution specification, "Determining Support". */
export const base: Operation = (_, { response }) => sendJson(response, {});

export const catalog: Operation = ({ repositories }, { response, query }) => {
  const page = pageOf(repositories.names(), query);
  sendJson(response, { repositories: page.items }, nextLink('/v2/_catalog', page, query));
};

export const tags: Operation = ({ repositories }, { response, query, name }) => {
  const page = pageOf(repositories.tags(name), query);
  sendJson(response, { name, tags: page.items }, nextLink(`/v2/${name}/tags/list`, page, query));
};

/** What is kept here about a manifest, whether that is here or not; all of it is one page. */
export const referrers: Operation = async ({ repositories }, { response, query, name, reference }) => {
  const about = await repositories.referrers(name, asDigest(reference));
  const type = query.get('artifactType');
  const manifests = type === null ? about : about.filter(({ artifactType }) => artifactType === type);
  const filtered = type === null ? {} : { 'oci-filters-applied': 'artifactType' };
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
  sendJson(response, index, { 'content-type': OCI_INDEX, ...filtered });
};

export const manifest: Operation = async ({ repositories }, { request, response, name, reference }) => {
  const accepted = (request.headers.accept ?? '').split(',').map((type) => type.split(';')[0]?.trim() ?? '');
  const wanted = accepted.filter((type) => type !== '');
  const { descriptor, bytes } = await repositories.manifest(name, reference, wanted);
  response.writeHead(200, {
    'content-type': descriptor.mediaType,
    'content-length': bytes.byteLength,
    'docker-content-digest': descriptor.digest,
    vary: 'accept',
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
};

export const blob: Operation = async ({ images, repositories, uploads }, { request, response, name, reference }) => {
  const digest = asDigest(reference);
  // Whoever pushes asks before there is an image of that name, and leaves out what is here: it has to stay.
  if (uploads === undefined) repositories.tags(name);
  else await uploads.keep(digest);
  const found = await findBlob(images, digest);
  if (found === undefined) {
    await uploads?.release([digest]);
    throw new RegistryFailure(404, 'BLOB_UNKNOWN', `There is no blob ${digest} here.`);
  }
  const { size, open } = found;
  const headers = {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
  };
  const range = parseRange(request.headers.range, size);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${size}`, 'content-length': 0 }).end();
    return;
  }
  const { first, last } = range ?? { first: 0, last: size - 1 };
  const length = { 'content-length': last + 1 - first };
  if (range === undefined) response.writeHead(200, { ...headers, ...length });
  else response.writeHead(206, { ...headers, ...length, 'content-range': `bytes ${first}-${last}/${size}` });
  if (request.method === 'HEAD') response.end();
  else await pipeline(Readable.from(range === undefined ? open() : cutOut(open(), range)), response);
};

interface FoundBlob {
  /** Bytes. */
  readonly size: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** A blob of the store, or a layer's uncompressed tar. */
async function findBlob(images: ImageParts, digest: Digest): Promise<FoundBlob | undefined> {
  const info = await images.blobs.stat(digest);
  if (info !== undefined) return { size: info.size, open: () => images.blobs.open(digest) };
  const record = await usableLayer(images.layers, digest);
  if (record?.tarSize === undefined) return undefined;
  return { size: record.tarSize, open: () => images.layers.openTar(digest) };
}

export function asDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new RegistryFailure(400, 'DIGEST_INVALID', 'A digest is sha256: and 64 lower-case hexadecimal digits.');
}

function sendJson(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length, ...headers }).end(body);
}
