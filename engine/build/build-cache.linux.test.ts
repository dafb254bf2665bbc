import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

import { makeContext } from './testing/make-context.ts';

/** Each test has steps of its own, none of which comes to the same twice. */
const textOf = (name: string): string =>
  [
    'FROM base AS tool',
    `RUN head -c 20 /dev/urandom | base64 > /tool # ${name}`,
    'FROM base',
    'WORKDIR /place',
    'COPY a /place/a',
    'COPY --from=tool /tool /place/tool',
    'RUN cat tool a > made',
    'RUN true',
  ].join('\n');

/** Of a cache that lacks the first stage: what has its file is made anew. */
const withoutTool = ['missed', 'hit', 'missed', 'missed', 'missed'];

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'caches of builds elsewhere', () => {
  let one: TestEngine;
  let other: TestEngine;
  let registry: TestRegistry;
  let dir: TemporaryDirectory;
  beforeAll(async () => {
    [one, other] = await Promise.all([startTestEngine(), startTestEngine()]);
    registry = await TestRegistry.start();
    dir = await temporaryDirectory('caches');
    await Promise.all([one.loadStory('base:latest'), other.loadStory('base:latest')]);
  });
  afterAll(async () => {
    await Promise.all([one, other, registry, dir].map((each) => each[Symbol.asyncDispose]()));
  });

  const folder = (name: string): string => join(dir.path, name);
  const build = async (engine: TestEngine, name: string, ...options: readonly string[]): Promise<string> => {
    await makeContext(folder(name), textOf(name), { a: name });
    return new EstratoCli(engine).text('build', '-q', ...options, folder(name));
  };
  /** Kinds of the last build's verdicts, of steps that can be in a cache. */
  const verdicts = async (engine: TestEngine): Promise<readonly unknown[]> => {
    const [last] = await engine.call('builds.list', {});
    return (last?.steps ?? []).flatMap(({ verdict }) =>
      verdict === undefined || verdict.kind === 'plain' ? [] : verdict.kind,
    );
  };
  const allHit = Array.from({ length: 5 }, () => 'hit');

  test('what one machine exports whole to a registry another takes over, and makes the same image of it', async () => {
    const cache = `${registry.host}/team/cache:main`;
    const id = await build(one, 'registry', '--cache-to', `type=registry,ref=${cache},mode=max`);
    expect(await build(other, 'registry', '--cache-from', `type=registry,ref=${cache}`)).toBe(id);
    expect(await verdicts(other)).toEqual(allHit);
    // What was fetched is this machine's own from now on.
    expect(await build(other, 'registry')).toBe(id);
    expect(await verdicts(other)).toEqual(allHit);
  });

  test('a folder is a cache, smaller without stages that only lend files, and is written again whole', async () => {
    const place = folder('cache');
    const id = await build(one, 'local', '--cache-to', `type=local,dest=${place}`);
    const files = (await readdir(join(place, 'blobs/sha256'))).length;
    await build(other, 'local', '--cache-from', `type=local,src=${place}`);
    // The stage `tool` is not in it: its step is carried out, and so is what has its file.
    expect(await verdicts(other)).toEqual(withoutTool);
    expect(await build(one, 'local', '--cache-to', `type=local,dest=${place},mode=max`)).toBe(id);
    expect((await readdir(join(place, 'blobs/sha256'))).length).toBe(files + 1);
    expect(await readdir(place)).toEqual(['blobs', 'index.json', 'oci-layout']);
    await writeFile(join(place, 'index.json'), '{"schemaVersion":2,"manifests":[]}');
    const refused = await new EstratoCli(one).run(['build', '--cache-to', `type=local,dest=${place}`, folder('local')]);
    expect(refused.stderr).toContain('holds something else than a cache; name another folder.');
  });

  test('an image can carry its cache, for the docker client too', async () => {
    const name = `${registry.host}/team/inline:1`;
    await build(one, 'inline', '--cache-to', 'type=inline', '--push', '-t', name);
    const docker = new DockerCli(other.host, { env: { DOCKER_BUILDKIT: '0' } });
    const seen = await docker.run(['build', '--cache-from', name, folder('inline')]);
    expect(seen.code, seen.stderr).toBe(0);
    expect(await verdicts(other)).toEqual(withoutTool);
    const own = new DockerCli(one.host, { env: { DOCKER_BUILDKIT: '0' } });
    await own.text('build', '-q', '--build-arg', 'BUILDKIT_INLINE_CACHE=1', '-t', 'argued:1', folder('inline'));
    await own.text('builder', 'prune', '-af');
    // The image is here, and it alone knows its steps by now.
    await own.text('build', '-q', '--cache-from', 'argued:1', folder('inline'));
    expect(await verdicts(one)).toEqual(withoutTool);
  });

  test('a cache that is not there, or lies, stops no build', async () => {
    const nowhere = await new EstratoCli(other).run([
      'build',
      '--cache-from',
      `type=registry,ref=${registry.host}/no/where:1`,
      folder('inline'),
    ]);
    expect(nowhere.code, nowhere.stderr).toBe(0);
    expect(nowhere.stderr).toContain('No cache was taken over: ');
    const place = folder('damaged');
    await build(one, 'damaged', '--cache-to', `type=local,dest=${place},mode=max`);
    for (const blob of await readdir(join(place, 'blobs/sha256'))) {
      const path = join(place, 'blobs/sha256', blob);
      const { size } = await stat(path);
      // Layers have other bytes; documents are as they were.
      if (size > 1500 && size % 512 === 0) await writeFile(path, Buffer.alloc(size));
    }
    const { code, stderr } = await new EstratoCli(other).run([
      'build',
      '--cache-from',
      `type=local,src=${place}`,
      folder('damaged'),
    ]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('A cached layer was not taken over: ');
    expect(await verdicts(other)).not.toContain('hit');
  });

  test.each([
    [['--cache-from', 'type=gha'], '--cache-from type=gha: there are type=registry and type=local.'],
    [['--cache-to', 'type=registry'], 'The cache type=registry names no place: write ref=….'],
    [['--cache-to', 'type=local,dest=/x,mode=most'], 'there are mode=min and mode=max.'],
  ])('%j is refused', async (options, sentence) => {
    const { code, stderr } = await new EstratoCli(one).run(['build', ...options, folder('inline')]);
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
  });
});
