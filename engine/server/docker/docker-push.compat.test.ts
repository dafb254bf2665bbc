import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { startDebianRegistry, type DebianRegistry } from '#engine/testing/debian-registry.ts';
import { DockerCli } from '#engine/testing/docker-cli.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { makeImageOf } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const run = promisify(execFile);

describeWith(['root', 'launcher', 'busybox', 'docker client', 'registry'], 'docker push to a real registry', () => {
  let engine: TestEngine;
  let registry: DebianRegistry;
  let docker: DockerCli;
  beforeAll(async () => {
    registry = await startDebianRegistry();
    engine = await startTestEngine();
    docker = new DockerCli(engine.host);
    await engine.loadStory('story:1.0');
    await registry.push(await dockerArchive({ image: await makeStoryImage(), names: ['story:1.0'] }), 'team/story:1');
    await registry.push(await dockerArchive({ image: await makeImageOf(6), names: ['small:1'] }), 'team/pulled:1');
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });

  test('an image made here arrives whole, as skopeo sees it', async () => {
    const name = `${registry.host}/team/made:1.0`;
    await docker.text('tag', 'story:1.0', name);
    const said = await docker.text('push', name);
    const { digest, layers } = await registry.inspect('team/made:1.0');
    expect(said).toContain(`The push refers to repository [${registry.host}/team/made]`);
    expect(said.match(/: Pushed$/gm)).toHaveLength(6);
    expect(said).toMatch(new RegExp(`^1.0: digest: ${digest} size: \\d+$`, 'm'));
    expect(layers).toHaveLength(6);
    const id = await docker.text('image', 'inspect', '-f', '{{json .RootFS.Layers}}', name);
    expect(JSON.parse(id)).toEqual(await registry.diffIds('team/made:1.0'));
    expect(await docker.text('image', 'inspect', '-f', '{{json .RepoDigests}}', name)).toContain(digest);
    expect((await docker.text('push', name)).match(/: Layer already exists$/gm)).toHaveLength(6);
  });

  test('skopeo takes it to a directory, each blob checked', async () => {
    const name = `${registry.host}/team/checked:1`;
    await docker.text('tag', 'story:1.0', name);
    await docker.text('push', name);
    const target = `${engine.dataRoot}/../checked`;
    await run('skopeo', ['copy', '--insecure-policy', '--src-tls-verify=false', `docker://${name}`, `dir:${target}`]);
  });

  test('a pulled image keeps its digest, and its layers are taken over from where it came from', async () => {
    const from = `${registry.host}/team/pulled:1`;
    const name = `${registry.host}/other/place:2`;
    await docker.text('pull', from);
    await docker.text('tag', from, name);
    const said = await docker.text('push', name);
    expect(said.match(/: Mounted from another repository$/gm)).toHaveLength(6);
    expect(await registry.inspect('other/place:2')).toEqual(await registry.inspect('team/pulled:1'));
  });

  test('so does one whose layers were here before', async () => {
    const name = `${registry.host}/other/story:2`;
    await docker.text('pull', `${registry.host}/team/story:1`);
    await docker.text('tag', `${registry.host}/team/story:1`, name);
    await docker.text('push', name);
    expect(await registry.inspect('other/story:2')).toEqual(await registry.inspect('team/story:1'));
  });

  test('all tags of a repository', async () => {
    for (const tag of ['a', 'b']) await docker.text('tag', 'story:1.0', `${registry.host}/team/many:${tag}`);
    await docker.text('push', '--all-tags', `${registry.host}/team/many`);
    const [a, b] = [await registry.inspect('team/many:a'), await registry.inspect('team/many:b')];
    expect(a).toEqual(b);
  });

  test('a name that no image has', async () => {
    const { code, stderr } = await docker.run(['push', `${registry.host}/team/nosuch:1`]);
    expect(code).toBe(1);
    expect(stderr).toContain('An image does not exist locally with the tag:');
  });

  test('estrato pull --dry-run says what would be fetched', async () => {
    const cli = new EstratoCli(engine);
    await registry.push(await dockerArchive({ image: await makeImageOf(3), names: ['dry:1'] }), 'team/dry:1');
    const name = `${registry.host}/team/dry:1`;
    const { digest, layers } = await registry.inspect('team/dry:1');
    const said = await cli.text('pull', '--dry-run', name);
    expect(said).toContain(`${name} is ${digest}, for linux/`);
    for (const layer of layers) expect(said).toContain(layer.digest.slice(7, 19));
    expect(JSON.parse(await cli.text('pull', '--dry-run', '--format', 'json', name))).toMatchObject({ digest });
  });

  test("estrato push says the digest, and leaves somebody else's tag alone", async () => {
    const cli = new EstratoCli(engine);
    const name = `${registry.host}/team/cli:1`;
    await docker.text('tag', 'story:1.0', name);
    expect(await cli.text('push', name, '--compression', 'zstd')).toBe((await registry.inspect('team/cli:1')).digest);
    const theirs = await dockerArchive({ image: await makeStoryImage(), names: ['story:1.0'] });
    await registry.push(theirs, 'team/theirs:1');
    const taken = `${registry.host}/team/theirs:1`;
    await docker.text('tag', 'story:1.0', taken);
    const { code, stderr } = await cli.run(['push', taken]);
    expect(code).toBe(1);
    expect(stderr).toContain('push with --overwrite');
    await cli.text('push', '--overwrite', taken);
  });
});
