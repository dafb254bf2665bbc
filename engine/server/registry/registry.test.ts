import { createHash } from 'node:crypto';
import { request, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import type { RegistryOptions } from '#engine/contract/registry.ts';
import { listImages } from '#engine/image/list-images.ts';
import { tagHistory } from '#engine/image/tag-history.ts';
import { ImageStore } from '#engine/image/testing/image-store.ts';
import { DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '#engine/oci/media-types.ts';
import { dockerArchive, ociArchive } from '#engine/testing/archive-fixture.ts';
import { document, makeImage, makeImageOf } from '#engine/testing/image-fixture.ts';
import { inPieces } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { startRegistry } from './start-registry.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

interface Opened extends AsyncDisposable {
  readonly store: ImageStore;
  ask(path: string, question?: Question): Promise<Answer>;
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function open(options: Partial<RegistryOptions> = {}): Promise<Opened> {
  await using undo = new AsyncDisposableStack();
  const dir = undo.use(await temporaryDirectory('registry'));
  const store = undo.use(await ImageStore.open(dir.path));
  const registry = undo.use(
    await startRegistry(store.parts, silent, { listen: '127.0.0.1:0', push: false, ...options }),
  );
  const owned = undo.move();
  return {
    store,
    ask: async (path, { method = 'GET', headers = {}, body } = {}) => {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const asked = request(`${registry.address}${path}`, { method, headers, agent: false }, (response) => {
        buffer(response).then(
          (bytes) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes }),
          reject,
        );
      });
      asked.on('error', reject).end(body);
      return promise;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function errorCode({ body }: Answer): unknown {
  return /"code":"([A-Z_]+)"/.exec(body.toString())?.[1];
}

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const image = await makeImageOf(3);
const digest = image.manifest.descriptor.digest;

test('repositories and tags are listed page by page, under the names people use here', async () => {
  await using at = await open();
  const names = ['redis:1', 'redis:2', 'redis:3', 'team/app:1', 'localhost:5000/a/b:1', 'registry.example/x:1'];
  await at.store.load(inPieces(await ociArchive({ image, names })));
  const all = ['localhost_5000/a/b', 'redis', 'registry.example/x', 'team/app'];
  expect(JSON.parse(String((await at.ask('/v2/_catalog')).body))).toEqual({ repositories: all });
  const seen: unknown[] = [];
  let path: string | undefined = '/v2/redis/tags/list?n=2';
  while (path !== undefined) {
    const { body, headers } = await at.ask(path);
    seen.push(JSON.parse(String(body)));
    path = /^<([^>]+)>/.exec(String(headers['link'] ?? ''))?.[1];
  }
  expect(seen).toEqual([
    { name: 'redis', tags: ['1', '2'] },
    { name: 'redis', tags: ['3'] },
  ]);
  expect((await at.ask('/v2/library/redis/tags/list')).status).toBe(200);
});

test('a manifest is the one that came, by tag and by digest, and HEAD says the same without it', async () => {
  await using at = await open();
  await at.store.load(inPieces(await ociArchive({ image, names: ['team/app:1'] })));
  for (const reference of ['1', digest]) {
    const { status, headers, body } = await at.ask(`/v2/team/app/manifests/${reference}`);
    expect({ status, digest: headers['docker-content-digest'], type: headers['content-type'] }).toEqual({
      status: 200,
      digest,
      type: OCI_MANIFEST,
    });
    expect(sha256(body)).toBe(digest);
    const head = await at.ask(`/v2/team/app/manifests/${reference}`, { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(body.length), 0]);
  }
});

test("a client that reads Docker's manifests only is given one, and finds it again by its digest", async () => {
  await using at = await open();
  await at.store.load(inPieces(await ociArchive({ image, names: ['team/app:1'] })));
  const { headers, body } = await at.ask('/v2/team/app/manifests/1', { headers: { accept: DOCKER_MANIFEST } });
  expect(headers['content-type']).toBe(DOCKER_MANIFEST);
  const again = await at.ask(`/v2/team/app/manifests/${sha256(body)}`);
  expect(again.body.equals(body)).toBe(true);
  const neither = await at.ask('/v2/team/app/manifests/1', { headers: { accept: OCI_INDEX } });
  expect([neither.status, errorCode(neither)]).toEqual([404, 'MANIFEST_UNKNOWN']);
});

test('layers that are kept uncompressed are served so, with the same digests by the next engine', async () => {
  await using at = await open();
  await at.store.load(inPieces(await dockerArchive({ image, names: ['loaded:1'] })));
  const first = await at.ask('/v2/loaded/manifests/1');
  await using next = await open();
  await next.store.load(inPieces(await dockerArchive({ image, names: ['loaded:1'] })));
  expect((await next.ask('/v2/loaded/manifests/1')).body.equals(first.body)).toBe(true);
  for (const { diffId, tar } of image.layers) {
    expect((await at.ask(`/v2/loaded/blobs/${diffId}`)).body.equals(tar)).toBe(true);
  }
});

test.each([
  ['bytes=10-19', 206, 10, 20],
  ['bytes=10-', 206, 10, undefined],
  ['bytes=-5', 206, -5, undefined],
  ['bytes=0-999999999', 206, 0, undefined],
  ['lines=1-2', 200, 0, undefined],
])('a blob asked for with range %s', async (range, status, start, end) => {
  await using at = await open();
  await at.store.load(inPieces(await ociArchive({ image, names: ['a:1'] })));
  const blob = image.layers[0]?.blob;
  const answer = await at.ask(`/v2/a/blobs/${blob?.descriptor.digest}`, { headers: { range } });
  expect(answer.status).toBe(status);
  expect(answer.body.equals(blob?.bytes.subarray(start, end) ?? Buffer.alloc(0))).toBe(true);
});

test('a range behind the end is 416, and a blob that nobody has 404', async () => {
  await using at = await open();
  await at.store.load(inPieces(await ociArchive({ image, names: ['a:1'] })));
  const path = `/v2/a/blobs/${image.config.descriptor.digest}`;
  expect((await at.ask(path, { headers: { range: 'bytes=99999-' } })).status).toBe(416);
  const nobody = await at.ask(`/v2/a/blobs/${sha256(Buffer.from('nobody'))}`);
  expect([nobody.status, errorCode(nobody)]).toEqual([404, 'BLOB_UNKNOWN']);
});

test.each([
  ['/v2/nobody/tags/list', 'GET', 404, 'NAME_UNKNOWN'],
  ['/v2/a/manifests/nobody', 'GET', 404, 'MANIFEST_UNKNOWN'],
  ['/v2/a/blobs/uploads/', 'POST', 405, 'UNSUPPORTED'],
  ['/v2/a/manifests/1', 'DELETE', 405, 'UNSUPPORTED'],
  ['/v2/a/blobs/md5:1', 'GET', 400, 'DIGEST_INVALID'],
  ['/v2/../etc/passwd', 'GET', 404, 'NAME_INVALID'],
  ['/v2/A/tags/list', 'GET', 404, 'NAME_INVALID'],
  [`/v2/${'a/'.repeat(600)}b/tags/list`, 'GET', 404, 'NAME_INVALID'],
])('%s by %s is refused in the words of the specification', async (path, method, status, code) => {
  await using at = await open();
  await at.store.load(inPieces(await ociArchive({ image, names: ['a:1'] })));
  const answer = await at.ask(path, { method });
  expect([answer.status, errorCode(answer)]).toEqual([status, code]);
});

async function pushBlob(at: Opened, name: string, bytes: Buffer): Promise<void> {
  const { headers } = await at.ask(`/v2/${name}/blobs/uploads/`, { method: 'POST' });
  const finished = await at.ask(`${headers.location}?digest=${sha256(bytes)}`, { method: 'PUT', body: bytes });
  expect(finished.status).toBe(201);
}

async function pushImage(at: Opened, name: string, tag: string): Promise<Answer> {
  for (const { bytes } of [image.config, ...image.layers.map(({ blob }) => blob)]) await pushBlob(at, name, bytes);
  const headers = { 'content-type': OCI_MANIFEST };
  return at.ask(`/v2/${name}/manifests/${tag}`, { method: 'PUT', headers, body: image.manifest.bytes });
}

test('what is pushed is an image with its tag, and its history says why', async () => {
  await using at = await open({ push: true });
  const { status, headers } = await pushImage(at, 'team/app', '1');
  expect([status, headers['docker-content-digest']]).toEqual([201, digest]);
  const id = image.config.descriptor.digest;
  expect(listImages(at.store.parts)).toMatchObject([{ Id: id, RepoTags: ['team/app:1'] }]);
  expect(tagHistory(at.store.parts, 'team/app:1')).toMatchObject([{ cause: 'push', to: { id } }]);
  expect(sha256((await at.ask('/v2/team/app/manifests/1')).body)).toBe(digest);
});

test('an upload goes on where it was, and only there', async () => {
  await using at = await open({ push: true });
  const bytes = Buffer.from('0123456789');
  const { headers } = await at.ask('/v2/a/blobs/uploads/', { method: 'POST' });
  const location = headers.location ?? '';
  const piece = (range: string, body: Buffer): Promise<Answer> =>
    at.ask(location, { method: 'PATCH', headers: { 'content-range': range }, body });
  expect((await piece('0-3', bytes.subarray(0, 4))).headers.range).toBe('0-3');
  const wrong = await piece('6-9', bytes.subarray(6));
  expect([wrong.status, errorCode(wrong)]).toEqual([416, 'BLOB_UPLOAD_INVALID']);
  expect((await at.ask(location)).headers.range).toBe('0-3');
  expect((await piece('4-9', bytes.subarray(4))).status).toBe(202);
  expect((await at.ask(`${location}?digest=${sha256(bytes)}`, { method: 'PUT' })).status).toBe(201);
});

test('a whole blob in one request, and one that is here already in none', async () => {
  await using at = await open({ push: true });
  const bytes = Buffer.from('a blob');
  const whole = await at.ask(`/v2/a/blobs/uploads/?digest=${sha256(bytes)}`, { method: 'POST', body: bytes });
  expect(whole.status).toBe(201);
  const mounted = await at.ask(`/v2/b/blobs/uploads/?mount=${sha256(bytes)}&from=a`, { method: 'POST' });
  expect(mounted.status).toBe(201);
  const other = await at.ask(`/v2/b/blobs/uploads/?mount=${sha256(Buffer.from('other'))}&from=a`, { method: 'POST' });
  expect(other.status).toBe(202);
});

test('bytes of another digest are refused, and nothing of them is kept', async () => {
  await using at = await open({ push: true });
  const promised = sha256(Buffer.from('promised'));
  const path = `/v2/a/blobs/uploads/?digest=${promised}`;
  const answer = await at.ask(path, { method: 'POST', body: Buffer.from('other') });
  expect([answer.status, errorCode(answer)]).toEqual([400, 'DIGEST_INVALID']);
  expect((await at.store.contents()).blobs).toEqual([]);
});

test('a manifest whose blobs have not come is refused, and so are an index, an artifact without theirs, and one too long', async () => {
  await using at = await open({ push: true });
  const put = async (body: Buffer, type = OCI_MANIFEST): Promise<unknown[]> => {
    const answer = await at.ask('/v2/a/manifests/1', { method: 'PUT', headers: { 'content-type': type }, body });
    return [answer.status, errorCode(answer)];
  };
  expect(await put(image.manifest.bytes)).toEqual([404, 'MANIFEST_BLOB_UNKNOWN']);
  const index = document(OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [image.manifest.descriptor] });
  expect(await put(index.bytes, OCI_INDEX)).toEqual([404, 'MANIFEST_BLOB_UNKNOWN']);
  const config = { ...image.config.descriptor, mediaType: 'application/vnd.example.chart' };
  const chart = document(OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [] });
  expect(await put(chart.bytes)).toEqual([404, 'MANIFEST_BLOB_UNKNOWN']);
  expect(await put(Buffer.alloc(5 * 1024 * 1024, ' '))).toEqual([413, 'MANIFEST_INVALID']);
  expect(await put(Buffer.from('{"layers":'))).toEqual([400, 'MANIFEST_INVALID']);
  expect(listImages(at.store.parts)).toEqual([]);
});

test('a layer with another diff id than the config names makes no image', async () => {
  await using at = await open({ push: true });
  const odd = await makeImage([[{ name: 'a', body: 'a' }]], { diffIds: [sha256(Buffer.from('another'))] });
  for (const { bytes } of [odd.config, ...odd.layers.map(({ blob }) => blob)]) await pushBlob(at, 'odd', bytes);
  const headers = { 'content-type': OCI_MANIFEST };
  const answer = await at.ask('/v2/odd/manifests/1', { method: 'PUT', headers, body: odd.manifest.bytes });
  expect([answer.status, errorCode(answer)]).toEqual([400, 'MANIFEST_INVALID']);
  expect(listImages(at.store.parts)).toEqual([]);
});

test('without the password nothing is told', async () => {
  await using at = await open({ login: { username: 'me', password: 'secret' } });
  const answer = await at.ask('/v2/');
  expect([answer.status, errorCode(answer), answer.headers['www-authenticate']]).toEqual([
    401,
    'UNAUTHORIZED',
    'Basic realm="estrato"',
  ]);
  const wrong = `Basic ${Buffer.from('me:wrong').toString('base64')}`;
  expect((await at.ask('/v2/_catalog', { headers: { authorization: wrong } })).status).toBe(401);
  const right = `Basic ${Buffer.from('me:secret').toString('base64')}`;
  expect((await at.ask('/v2/_catalog', { headers: { authorization: right } })).status).toBe(200);
});

test.each([
  ['an origin', { origin: 'https://example.com' }],
  ['a name that leads here', { host: 'rebound.example.com' }],
])('a page of a browser with %s is refused', async (_, headers) => {
  await using at = await open();
  const answer = await at.ask('/v2/_catalog', { headers });
  expect([answer.status, errorCode(answer)]).toEqual([403, 'DENIED']);
});

test.each([['0.0.0.0:0'], ['[::]:0'], ['192.0.2.1:0'], ['registry.example:0']])(
  'on %s it takes a certificate and a password',
  async (listen) => {
    await expect(open({ listen })).rejects.toMatchObject({ code: 'forbidden' });
  },
);

test('nothing is left of uploads and of blobs that no manifest named', async () => {
  await using dir = await temporaryDirectory('left');
  await using store = await ImageStore.open(dir.path);
  const bytes = Buffer.from('nobody names it');
  {
    await using registry = await startRegistry(store.parts, silent, { listen: '127.0.0.1:0', push: true });
    const uploads = `${registry.address}/v2/a/blobs/uploads/`;
    expect((await fetch(`${uploads}?digest=${sha256(bytes)}`, { method: 'POST', body: bytes })).status).toBe(201);
    expect((await fetch(uploads, { method: 'POST' })).status).toBe(202);
    expect((await store.contents()).blobs).toEqual([sha256(bytes)]);
  }
  expect(await store.contents()).toEqual({ blobs: [], layers: [], halfDone: [] });
});
