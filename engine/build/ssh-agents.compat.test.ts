import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { DockerCli, findBuildKitClient } from '#engine/testing/docker-cli.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

import { makeContext } from './testing/make-context.ts';

const run = promisify(execFile);

/** This machine's ssh-add, with the libraries that it is linked with. */
async function placeSshAdd(root: string): Promise<void> {
  const program = '/usr/bin/ssh-add';
  const { stdout } = await run('ldd', [program]);
  const libraries = Array.from(stdout.matchAll(/(\/\S+) \(0x/g), ([, path = '']) => path);
  for (const path of [program, ...libraries]) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await cp(await realpath(path), join(root, path));
  }
}

describeWith(['root', 'launcher', 'busybox', 'ssh-agent', 'BuildKit client'], 'RUN --mount=type=ssh', () => {
  const owned = new AsyncDisposableStack();
  let engine: TestEngine;
  let estrato: EstratoCli;
  let docker: DockerCli;
  let dir = '';
  let socket = '';
  beforeAll(async () => {
    dir = owned.use(await temporaryDirectory('ssh')).path;
    engine = owned.use(await startTestEngine());
    estrato = new EstratoCli(engine);
    socket = join(dir, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
    owned.defer(async () => {
      agent.kill();
      await once(agent, 'exit');
    });
    await once(agent.stdout, 'data');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'the key of the test', '-f', join(dir, 'key')]);
    await run('ssh-add', ['-q', join(dir, 'key')], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    const env = { DOCKER_BUILDKIT: '1', SSH_AUTH_SOCK: socket };
    docker = new DockerCli(engine.host, { program: findBuildKitClient() ?? 'docker', env });
    await engine.loadStory('base:latest');
    await placeSshAdd(join(dir, 'app/root'));
    await makeContext(
      join(dir, 'app'),
      [
        'FROM base',
        'ARG TURN',
        'COPY root /',
        'RUN --mount=type=ssh,required ssh-add -l > /listed && echo "$SSH_AUTH_SOCK" >> /listed',
        'RUN test ! -e /run/buildkit/ssh_agent.0 || test ! -S /run/buildkit/ssh_agent.0',
      ].join('\n'),
    );
  });
  afterAll(() => owned.disposeAsync());

  const LISTED = /^256 SHA256:\S+ the key of the test \(ED25519\)\n\/run\/buildkit\/ssh_agent\.0$/;

  test('estrato build lends the agent of this machine, for the step alone', async () => {
    await estrato.text('build', '-q', '-t', 'ours:1', '--ssh', `default=${socket}`, join(dir, 'app'));
    expect(await estrato.text('image', 'cat', 'ours:1', '/listed')).toMatch(LISTED);
  });

  test('a client that speaks BuildKit lends its own over the connection', async () => {
    const built = ['build', '-t', 'theirs:1', '--build-arg', 'TURN=theirs', '--ssh', 'default', join(dir, 'app')];
    const { code, stderr } = await docker.run(built);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await estrato.text('image', 'cat', 'theirs:1', '/listed')).toMatch(LISTED);
  });

  test('without an agent a step that needs one says so', async () => {
    const words = 'no agent of ssh is lent as default; lend yours with --ssh default';
    expect((await estrato.run(['build', '--no-cache', join(dir, 'app')])).stderr).toContain(words);
    expect((await docker.run(['build', '--no-cache', join(dir, 'app')])).stderr).toContain(words);
  });

  test('an agent that is gone is a failure of the step, not of the engine', async () => {
    const { code } = await estrato.run(['build', '--no-cache', '--ssh', `default=${dir}/nobody`, join(dir, 'app')]);
    expect(code).toBe(1);
    expect(await estrato.text('version')).toContain('engine');
  });
});
