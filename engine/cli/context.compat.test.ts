import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { shellText } from './context.ts';

const run = promisify(execFile);

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'estrato context', () => {
  const { engine, estrato, image } = storyScene();

  test('what it prints leads a shell to the engine', async () => {
    const said = await estrato.text('context', '--shell', 'sh');
    const { stdout } = await run('sh', ['-c', `${said}\ndocker images --format '{{.Repository}}:{{.Tag}}'`]);
    expect(stdout).toBe(`${image}\n`);
    expect(JSON.parse(await estrato.text('context', '--format', 'json'))).toMatchObject({
      DOCKER_HOST: engine.host,
      ESTRATO_DATA_ROOT: engine.dataRoot,
    });
  });

  test("docker's own command line uses the context that was made for it", async () => {
    await using dir = await temporaryDirectory('docker-config');
    const env = { DOCKER_CONFIG: dir.path };
    const own = new EstratoCli(engine, env);
    expect(await own.text('context', '--docker', 'mine')).toBe('mine');
    await own.text('context', '--docker', 'mine');
    const docker = new DockerCli('', { env: { ...env, DOCKER_HOST: undefined } });
    expect(await docker.text('context', 'ls', '--format', '{{.Name}} {{.DockerEndpoint}}')).toContain(
      `mine ${engine.host}`,
    );
    expect(await docker.text('--context', 'mine', 'images', '-q')).not.toBe('');
    await docker.text('context', 'use', 'mine');
    expect(await docker.text('images', '--format', '{{.Repository}}:{{.Tag}}')).toBe(image);
  });
});

test('quotes in a place do not end it', () => {
  const odd = { A: `it's \\ here` };
  expect(shellText(odd, 'sh')).toBe(`export A='it'\\''s \\ here'\n`);
  expect(shellText(odd, 'fish')).toBe(`set -gx A 'it\\'s \\\\ here'\n`);
});
