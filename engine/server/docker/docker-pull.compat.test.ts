import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { startDebianRegistry, type DebianRegistry } from '#engine/testing/debian-registry.ts';
import { DockerCli } from '#engine/testing/docker-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

describeWith(['root', 'launcher', 'busybox', 'docker client', 'registry'], 'docker pull from a real registry', () => {
  let engine: TestEngine;
  let registry: DebianRegistry;
  let docker: DockerCli;
  let name = '';
  beforeAll(async () => {
    registry = await startDebianRegistry();
    engine = await startTestEngine();
    docker = new DockerCli(engine.host);
    name = `${registry.host}/team/story:1.0`;
    await registry.push(await dockerArchive({ image: await makeStoryImage(), names: ['story:1.0'] }), 'team/story:1.0');
  });
  afterEach(async () => {
    await engine.removeContainers();
    await docker.run(['rmi', '-f', name]);
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });

  test('says each layer, the digest and what came of it', async () => {
    const said = await docker.text('pull', name);
    const { digest, layers } = await registry.inspect('team/story:1.0');
    expect(said).toContain('1.0: Pulling from team/story\n');
    expect(layers).toHaveLength(6);
    for (const layer of layers)
      expect(said).toContain(`${layer.digest.slice('sha256:'.length, 'sha256:'.length + 12)}: Pull complete`);
    expect(said.split('\n').slice(-3)).toEqual([
      `Digest: ${digest}`,
      `Status: Downloaded newer image for ${name}`,
      name,
    ]);
    expect(await docker.text('run', '--rm', name, 'hello')).toBe('greeting = hello from the third layer');
  });

  test('a second time there is nothing to fetch', async () => {
    await docker.text('pull', name);
    const said = await docker.text('pull', name);
    expect(said).toContain(`Status: Image is up to date for ${name}`);
    expect(said).not.toContain('Downloading');
  });

  test('run pulls what is not there', async () => {
    const { code, stdout, stderr } = await docker.run(['run', '--rm', name, 'hello']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'greeting = hello from the third layer\n' });
    expect(stderr).toContain(`Unable to find image '${name}' locally`);
  });

  test('by digest', async () => {
    const { digest } = await registry.inspect('team/story:1.0');
    const reference = `${registry.host}/team/story@${digest}`;
    await docker.text('pull', reference);
    const id = await docker.text('image', 'inspect', '-f', '{{.Id}}', reference);
    expect(await docker.text('image', 'inspect', '-f', '{{json .RepoDigests}}', id)).toBe(JSON.stringify([reference]));
    await docker.text('rmi', reference);
  });

  test('a tag the registry does not have is a manifest unknown', async () => {
    const { code, stderr } = await docker.run(['pull', `${registry.host}/team/story:nosuch`]);
    expect(code).toBe(1);
    expect(stderr).toContain(`manifest for ${registry.host}/team/story:nosuch not found: manifest unknown`);
  });

  test('a repository the registry does not have', async () => {
    const { code, stderr } = await docker.run(['pull', `${registry.host}/nobody/nothing`]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${registry.host}/nobody/nothing`);
    expect(stderr).toMatch(/not found/);
  });

  test('a registry that is not there is named', async () => {
    const { code, stderr } = await docker.run(['pull', '127.0.0.1:1/team/story:1.0']);
    expect(code).toBe(1);
    expect(stderr).toContain("The registry 127.0.0.1:1 can't be reached");
  });
});
