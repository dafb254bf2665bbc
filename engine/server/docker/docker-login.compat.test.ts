import { afterAll, beforeAll, expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { registryUser, startDebianRegistry, type DebianRegistry } from '#engine/testing/debian-registry.ts';
import { DockerCli } from '#engine/testing/docker-cli.ts';
import { makeImageOf, ownPlatform } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

describeWith(['root', 'launcher', 'docker client', 'registry'], 'docker login', () => {
  const owned = new AsyncDisposableStack();
  let engine: TestEngine;
  let registry: DebianRegistry;
  let docker: DockerCli;
  let config: string;
  beforeAll(async () => {
    config = owned.use(await temporaryDirectory('docker-config')).path;
    registry = owned.use(await startDebianRegistry({ login: true }));
    engine = owned.use(await startTestEngine());
    docker = new DockerCli(engine.host);
    await engine.load(await dockerArchive({ image: await makeImageOf(2), names: ['small:1'] }));
  });
  afterAll(() => owned.disposeAsync());

  const login = (password: string): ReturnType<DockerCli['run']> =>
    docker.run(['--config', config, 'login', '-u', registryUser.username, '--password-stdin', registry.host], password);

  test('a push without it is refused, and says what to do', async () => {
    const name = `${registry.host}/team/small:1`;
    await docker.text('tag', 'small:1', name);
    const { code, stderr } = await docker.run(['push', name]);
    expect(code).toBe(1);
    expect(stderr).toContain('push access denied for');
    expect(stderr).toContain('sign in with an account');
  });

  test('a pull without it is answered as if nothing were there, and nobody is asked for a password', async () => {
    const { code, stderr } = await docker.run(['pull', `${registry.host}/team/small:1`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/pull access denied for \S+, repository does not exist or may require 'docker login'/);
    expect(stderr).not.toContain('Please login');
    const { status } = await engine.ask(`/images/create?fromImage=${registry.host}/team/small&tag=1`, {
      method: 'POST',
    });
    expect(status).toBe(404);
  });

  test('a wrong password is refused', async () => {
    const { code, stderr } = await login('wrong');
    expect(code).toBe(1);
    expect(stderr).toContain('unauthorized');
    expect(stderr).not.toContain('wrong\n');
  });

  test('the right one is kept by the client, and pushes and pulls go with it', async () => {
    const { code, stdout } = await login(registryUser.password);
    expect(code).toBe(0);
    expect(stdout).toContain('Login Succeeded');
    const name = `${registry.host}/team/small:1`;
    const as = (...args: readonly string[]): Promise<string> => docker.text('--config', config, ...args);
    await as('push', name);
    await docker.text('rmi', '-f', name, 'small:1');
    expect(await as('pull', name)).toContain('Status:');
    expect(engine.stderr).not.toContain(registryUser.password);
  });

  test('what a name leads to there is told without a pull', async () => {
    await using open = await startDebianRegistry();
    await open.push(await dockerArchive({ image: await makeImageOf(1), names: ['one:1'] }), 'team/one:1');
    const { digest } = await open.inspect('team/one:1');
    const { status, body } = await engine.ask(`/distribution/${open.host}/team/one:1/json`);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ Descriptor: { digest }, Platforms: [ownPlatform] });
    expect((await engine.ask(`/distribution/${open.host}/team/none:1/json`)).status).toBe(404);
  });
});
