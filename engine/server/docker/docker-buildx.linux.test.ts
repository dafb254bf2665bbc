import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { type DebianRegistry, startDebianRegistry } from '#engine/testing/debian-registry.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

import {
  ControlSolveRequest,
  ControlSolveResponse,
  DiskUsageResponse,
  Empty,
  InfoResponse,
  ListWorkersResponse,
  PruneRequest,
  UpdateHistoryRequest,
} from './buildkit/control-messages.ts';
import { BuildxClient, nothing, upgraded } from './buildkit/testing/buildx-client.ts';

const CONTROL = '/moby.buildkit.v1.Control';

describeWith(['root', 'launcher', 'busybox', 'registry'], "what buildx asks of BuildKit's control service", () => {
  const owned = new AsyncDisposableStack();
  let engine: TestEngine;
  let estrato: EstratoCli;
  let buildx: BuildxClient;
  let registry: DebianRegistry;
  beforeAll(async () => {
    registry = owned.use(await startDebianRegistry());
    engine = owned.use(await startTestEngine());
    estrato = new EstratoCli(engine);
    await engine.loadStory('base:latest');
    buildx = owned.use(await BuildxClient.open(engine.socketPath));
  });
  afterAll(() => owned.disposeAsync());

  test('the engine is a worker of its own platform', async () => {
    const empty = Empty.encode({});
    const { record } = ListWorkersResponse.decode(await buildx.grpc.ask(`${CONTROL}/ListWorkers`, empty));
    expect(record).toHaveLength(1);
    expect(record[0]?.platforms[0]?.OS).toBe('linux');
    const { buildkitVersion } = InfoResponse.decode(await buildx.grpc.ask(`${CONTROL}/Info`, empty));
    expect(buildkitVersion.package).toBe('estrato');
  });

  test('a folder is built by the client as the frontend, and its steps are told', async () => {
    const Dockerfile =
      'FROM base AS one\nARG WHO\nCOPY note /note\nRUN echo "for $WHO" >> /note\nLABEL a=b\nFROM base\nRUN false';
    const files = { Dockerfile, note: 'hello\n' };
    const { response, statuses } = await buildx.build({
      options: {
        filename: 'Dockerfile',
        target: 'one',
        'build-arg:WHO': 'ann',
        'label:from': 'buildx',
        'image-resolve-mode': 'local',
      },
      names: 'docker.io/team/app:1,docker.io/team/app:2',
      folders: { context: files, dockerfile: files },
    });
    expect(await estrato.text('image', 'cat', 'team/app:2', '/note')).toBe('hello\nfor ann');
    const { summary } = await engine.call('images.get', { image: 'team/app:1' });
    expect(response).toEqual({
      'containerimage.digest': summary.Id,
      'containerimage.config.digest': summary.Id,
      'image.name': 'docker.io/team/app:1,docker.io/team/app:2',
    });
    expect(summary.Labels).toMatchObject({ a: 'b', from: 'buildx' });
    const steps = statuses.flatMap(({ vertexes = [] }) => vertexes.map(({ name }) => name));
    expect(steps).toContain('[one 4/5] RUN echo "for $WHO" >> /note');
    expect(steps).toContain('[internal] load build context');
  });

  test('a tar of the client and named folders of its are built from', async () => {
    const tar = await tarOf(
      { name: 'Dockerfile', body: 'FROM base\nCOPY a /a\nCOPY --from=more b /b' },
      { name: 'a', body: 'in the tar' },
    );
    await buildx.build({
      options: { context: 'http://buildkit-session/x1', 'context:more': 'local:more' },
      names: 'tar:1',
      tars: { x1: tar },
      folders: { more: { b: 'in a folder' } },
    });
    expect(await estrato.text('image', 'cat', 'tar:1', '/a')).toBe('in the tar');
    expect(await estrato.text('image', 'cat', 'tar:1', '/b')).toBe('in a folder');
  });

  test('packages and how it was made are said where that is asked for', async () => {
    const files = { Dockerfile: 'FROM base\nLABEL attested=1' };
    const build = (options: Readonly<Record<string, string>>, names: string) =>
      buildx.build({ options, names, folders: { context: files, dockerfile: files } });
    await build({ 'attest:sbom': '', 'attest:provenance': 'mode=max' }, 'said:1');
    const { attestations } = await engine.call('images.attestations', { image: 'said:1' });
    expect(attestations.map(({ kind }) => kind)).toEqual(['sbom', 'provenance']);
    await build({ 'attest:provenance': 'mode=min,inline-only=true' }, 'unsaid:1');
    expect((await engine.call('images.attestations', { image: 'unsaid:1' })).attestations).toEqual([]);
  });

  test('files, tars and archives go to the client, and no image is made', async () => {
    const files = {
      Dockerfile:
        'FROM base AS made\nRUN mkdir -p /out/deep && echo made > /out/deep/file && chmod 4755 /out/deep/file && ln -s deep /out/link\nFROM scratch\nCOPY --from=made /out /',
    };
    const { received, response } = await buildx.build({
      options: {},
      names: '',
      folders: { context: files, dockerfile: files },
      exporters: [
        { Type: 'local', Attrs: {} },
        { Type: 'tar', Attrs: {} },
        { Type: 'oci', Attrs: { name: 'sent:1' } },
        { Type: 'docker', Attrs: { name: 'sent:2' } },
      ],
    });
    expect(response).toEqual({ 'image.name': 'sent:1,sent:2' });
    const [folder, tar, ...archives] = [0, 1, 2, 3].map((at) => received.get(at));
    expect(
      [...(folder ?? [])].map(([path, { mode, linkname, bytes }]) => [path, mode >>> 0, linkname, bytes.toString()]),
    ).toEqual([
      ['deep', 0x8000_01ed, '', ''],
      ['deep/file', 0x0080_01ed, '', 'made\n'],
      ['link', 0x0800_01ff, 'deep', ''],
    ]);
    expect(tar?.get('')?.bytes.includes('made\n')).toBe(true);
    await expect(engine.call('images.get', { image: 'sent:1' })).rejects.toMatchObject({ code: 'not-found' });
    for (const [at, archive] of archives.entries()) {
      const loaded = await estrato.run(['load'], archive?.get('')?.bytes ?? '');
      expect(loaded, loaded.stderr).toMatchObject({ code: 0 });
      expect(await estrato.text('image', 'cat', `sent:${at + 1}`, '/deep/file')).toBe('made');
    }
  });

  test('an image is pushed, and its steps are put into a cache that another build takes them from', async () => {
    const [name, ref] = [`${registry.host}/team/pushed:1`, `${registry.host}/team/cache:1`];
    const files = { Dockerfile: 'FROM base\nRUN head -c 9 /dev/urandom | od > /random' };
    const folders = { context: files, dockerfile: files };
    const image = { Type: 'image', Attrs: { name, push: 'true' } };
    const Exports = [{ Type: 'registry', Attrs: { ref, mode: 'max' } }];
    await buildx.build({ options: {}, names: '', folders, exporters: [image], cache: { Exports, Imports: [] } });
    const random = await estrato.text('image', 'cat', name, '/random');
    const Imports = [{ Type: 'registry', Attrs: { ref } }];
    await buildx.grpc.ask(`${CONTROL}/Prune`, PruneRequest.encode({ all: true, keepDuration: 0 }));
    await buildx.build({ options: {}, names: 'again:1', folders, cache: { Exports: [], Imports } });
    expect(await estrato.text('image', 'cat', 'again:1', '/random')).toBe(random);
    expect((await registry.inspect('team/pushed:1')).layers.length).toBeGreaterThan(0);
  });

  test.each([
    ['local', { Type: 'local', Attrs: { src: '/tmp' } }],
    ['gha', { Type: 'gha', Attrs: {} }],
  ])('a cache of type=%s is refused in a sentence', async (type, entry) => {
    const files = { Dockerfile: 'FROM base' };
    const asked = { options: {}, names: 'no:1', folders: { context: files, dockerfile: files } };
    const cache = { Exports: [], Imports: [entry] };
    await expect(buildx.build({ ...asked, cache })).rejects.toThrow(`not type=${type}`);
    const options = { 'cache-imports': JSON.stringify([entry]) };
    await expect(buildx.build({ ...asked, options })).rejects.toThrow(`not type=${type}`);
  });

  test.each([
    ['zstd', { Type: 'image', Attrs: { name: 'no:1', compression: 'zstd' } }, 'without compression=zstd of --output'],
    ['another kind', { Type: 'gha', Attrs: {} }, 'makes no "gha" of a build'],
    ['a layout in a folder', { Type: 'oci', Attrs: { tar: 'false' } }, 'without tar=false of --output'],
  ])('an exporter with %s is refused in a sentence', async (_, exporter, words) => {
    const files = { Dockerfile: 'FROM base' };
    const asked = { options: {}, names: '', folders: { context: files, dockerfile: files }, exporters: [exporter] };
    await expect(buildx.build(asked)).rejects.toThrow(words);
  });

  test('a step that fails is the failure of all calls, with its lines', async () => {
    const files = { Dockerfile: 'FROM base\nRUN echo oops && exit 7' };
    const asked = { options: {}, names: 'fails:1', folders: { context: files, dockerfile: files } };
    await expect(buildx.build(asked)).rejects.toThrow(/Dockerfile:2[^]*>>> RUN echo oops[^]*non-zero code: 7/);
    expect((await estrato.run(['image', 'layers', 'fails:1'])).code).toBe(1);
  });

  test.each([
    ['a question', { requestid: 'frontend.weather' }, 'answers no frontend.weather'],
    ['ulimit', { ulimit: 'nofile=1:1' }, '--ulimit'],
    ['another context', { context: 'oci-layout://x' }, 'is no build context'],
  ])('%s is refused in a sentence', async (_, options, words) => {
    const files = { Dockerfile: 'FROM base' };
    await expect(
      buildx.build({ options, names: 'no:1', folders: { context: files, dockerfile: files } }),
    ).rejects.toThrow(words);
  });

  test('graphs of BuildKit, other frontends and other results are refused, and what is no call at all', async () => {
    const solve = (more: object) =>
      buildx.grpc.ask(`${CONTROL}/Solve`, ControlSolveRequest.encode({ ...nothing, Ref: 'r', ...more }));
    const Definition = { def: [new Uint8Array([1])] };
    await expect(solve({ Ref: 'a', Definition })).rejects.toMatchObject({ code: 'unsupported' });
    await expect(solve({ Ref: 'b', Frontend: 'gateway.v0' })).rejects.toThrow('has no frontend gateway.v0');
    await expect(solve({ Ref: 'c', Entitlements: ['security.insecure'] })).rejects.toThrow('no security.insecure');
    await expect(solve({ Ref: 'd', SourcePolicy: new Uint8Array([8, 1]) })).rejects.toThrow('no source policies');
    await expect(buildx.grpc.ask('/moby.buildkit.v1.Control/Session', new Uint8Array())).rejects.toMatchObject({
      code: 'unsupported',
    });
    await expect(buildx.grpc.ask(`${CONTROL}/Solve`, new Uint8Array([255, 255]))).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });

  test('the frontend says what it thinks of a Dockerfile, and builds nothing', async () => {
    const text = 'ARG V=1\nFROM base AS one\nARG W\nRUN --mount=type=secret,id=key true\nFROM base AS Two\nCMD go';
    const files = { Dockerfile: text };
    const ask = async (requestid: string, more: object = {}): Promise<Buffer> => {
      const options = { requestid, ...more };
      const { metadata } = await buildx.build({ options, names: '', folders: { dockerfile: files } });
      return Buffer.from(metadata['result.json'] ?? '');
    };
    const { warnings } = z
      .object({ warnings: z.array(z.object({ ruleName: z.string(), location: z.unknown() })) })
      .parse(JSON.parse((await ask('frontend.lint')).toString()));
    expect(warnings).toContainEqual({
      ruleName: 'StageNameCasing',
      location: { ranges: [{ start: { line: 5 }, end: { line: 5 } }] },
    });
    expect(JSON.parse((await ask('frontend.targets')).toString())).toMatchObject({
      targets: [
        { name: 'one', base: 'base' },
        { name: 'Two', default: true },
      ],
    });
    expect(JSON.parse((await ask('frontend.outline', { target: 'one' })).toString())).toMatchObject({
      name: 'one',
      args: [{ name: 'V', value: '1' }, { name: 'W' }],
      secrets: [{ name: 'key' }],
    });
    expect(JSON.parse((await ask('frontend.subrequests.describe')).toString())).toHaveLength(4);
  });

  test('what is kept is listed with its size, and so are builds with what they said', async () => {
    const files = { Dockerfile: 'FROM base\nRUN echo told > /told && cat /told' };
    await buildx.build({ options: {}, names: 'kept:1', folders: { context: files, dockerfile: files } });
    const { record } = DiskUsageResponse.decode(await buildx.grpc.ask(`${CONTROL}/DiskUsage`, Empty.encode({})));
    expect(record).toContainEqual(expect.objectContaining({ RecordType: 'regular', Shared: true }));
    const [last] = await buildx.history();
    expect(last).toMatchObject({ numTotalSteps: 2, numCompletedSteps: 2, Exporters: [{ Attrs: { name: 'kept:1' } }] });
    const Ref = last?.Ref ?? '';
    const [status] = await buildx.statusOf(Ref);
    expect(status?.vertexes?.map(({ name }) => name)).toContain('[2/2] RUN echo told > /told && cat /told');
    expect(Buffer.from(status?.logs?.[0]?.msg ?? []).toString()).toBe('told\n');
    const update = (more: object): Promise<unknown> =>
      buildx.grpc.ask(
        `${CONTROL}/UpdateBuildHistory`,
        UpdateHistoryRequest.encode({ Ref, Pinned: false, Delete: false, ...more }),
      );
    await expect(update({ Pinned: true })).rejects.toThrow('pins no builds');
    await update({ Delete: true });
    expect((await buildx.history()).map((each) => each.Ref)).not.toContain(Ref);
  });

  test('a client that leaves the frontend to the engine has the same', async () => {
    const files = { Dockerfile: 'FROM base\nCOPY note /note', note: 'plain' };
    const folders = { context: files, dockerfile: files };
    await buildx.build({ options: {}, names: 'plain:1', folders, isPlain: true });
    expect(await estrato.text('image', 'cat', 'plain:1', '/note')).toBe('plain');
  });

  test('a probe that returns without a build is answered with nothing', async () => {
    const solving = buildx.grpc.ask(`${CONTROL}/Solve`, ControlSolveRequest.encode({ ...nothing, Ref: 'probe' }));
    await using call = buildx.grpc.call('/moby.buildkit.v1.frontend.LLBBridge/Return', {
      'buildkit-controlapi-buildid': 'probe',
    });
    await call.write(new Uint8Array());
    call.endWriting();
    expect(ControlSolveResponse.decode(await solving)).toEqual({ ExporterResponse: {} });
  });

  test('noise in place of HTTP/2 ends the connection and nothing else', async () => {
    const socket = await upgraded(engine.socketPath, '/grpc', {});
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.on('error', () => undefined).once('close', resolve);
    socket.resume();
    socket.write(Buffer.alloc(4096, 'x'));
    await promise;
    expect(await estrato.text('version')).toContain('engine');
  });
});
