import { afterAll, beforeAll, expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { startSshServer, type SshServer } from '#engine/testing/ssh-server.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { WatchedProcess } from '#engine/testing/watched-process.ts';

describeWith(['root', 'launcher', 'busybox', 'docker client', 'sshd'], 'over ssh', () => {
  const { engine, estrato, image } = storyScene();
  let server: SshServer;
  beforeAll(async () => {
    // A machine without a docker command has estrato under its name.
    server = await startSshServer({ docker: estrato.script });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const env = (): NodeJS.ProcessEnv => ({ PATH: `${server.clientPath}:${process.env['PATH']}` });

  test("docker's ssh:// hosts are reached by estrato system dial-stdio", async () => {
    const docker = new DockerCli(`ssh://root@127.0.0.1:${server.port}`, { env: env() });
    expect(await docker.text('run', '--rm', image, 'hello')).toBe('greeting = hello from the third layer');
    const typed = await docker.run(['run', '-i', '--rm', image, 'wc', '-c'], Buffer.alloc(300_000, 'x'));
    expect(typed).toMatchObject({ code: 0, stdout: '300000\n' });
  });

  test('the socket is forwarded', async () => {
    const local = `${engine.dataRoot}.forwarded`;
    const options = ['-p', String(server.port), '-N', '-v', '-L', `${local}:${engine.socketPath}`, 'root@127.0.0.1'];
    await using forwarding = new WatchedProcess(`${server.clientPath}/ssh`, options, process.env);
    await expect.poll(() => forwarding.stderr, { timeout: 30_000 }).toContain('pledge: network');
    const docker = new DockerCli(`unix://${local}`);
    expect(await docker.text('run', '--rm', image, 'hello')).toBe('greeting = hello from the third layer');
  });
});
