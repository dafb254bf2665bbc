import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

import { GenericContainer, Network, Wait, type StartedTestContainer } from 'testcontainers';
import { beforeAll, expect, test, vi } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

const SERVE = 'echo "listening now"; exec httpd -f -p 8080 -h /srv/app';
const FETCH = 'wget -qO- http://127.0.0.1:8080/settings.ini';

describeWith(['root', 'launcher', 'busybox', 'nftables'], 'Testcontainers', () => {
  const { engine, image } = storyScene();
  beforeAll(() => {
    vi.stubEnv('DOCKER_HOST', engine.host);
    vi.stubEnv('DOCKER_CONFIG', `${engine.dataRoot}/no-docker-config`);
    // The container that removes what a killed test has left comes from a registry.
    vi.stubEnv('TESTCONTAINERS_RYUK_DISABLED', 'true');
  });

  const server = (): GenericContainer =>
    new GenericContainer(image).withCommand(['sh', '-c', SERVE]).withExposedPorts(8080);
  const page = async (started: StartedTestContainer): Promise<string> => {
    const answer = await fetch(`http://${started.getHost()}:${started.getMappedPort(8080)}/settings.ini`);
    return answer.text();
  };

  test.each([
    ['listening ports', Wait.forListeningPorts()],
    ['a line of its log', Wait.forLogMessage(/listening \w+/)],
    ['an answer over HTTP', Wait.forHttp('/settings.ini', 8080).forStatusCode(200)],
    ['its health', Wait.forHealthCheck()],
    ['a command that succeeds', Wait.forSuccessfulCommand(FETCH)],
  ])('a generic container is waited for by %s', async (_, strategy) => {
    await using started = await server()
      .withHealthCheck({ test: ['CMD-SHELL', FETCH], interval: 100, timeout: 20_000, retries: 100 })
      .withWaitStrategy(strategy)
      .start();
    expect(await page(started)).toContain('hello');
  });

  test('one that does its work and ends is waited for until then', async () => {
    await using started = await new GenericContainer(image)
      .withCommand(['echo', 'done'])
      .withWaitStrategy(Wait.forOneShotStartup())
      .start();
    expect(await text(await started.logs())).toBe('done\n');
  });

  test('one that never is ready is refused in time, and is gone', async () => {
    const waiting = server().withWaitStrategy(Wait.forLogMessage('never said')).withStartupTimeout(300);
    await expect(waiting.start()).rejects.toThrow('"never said"');
    expect((await engine.ask('/containers/json?all=1')).body).toBe('[]');
  });

  test('exec, files in and out, environment, labels, user, memory, restart', async () => {
    await using started = await server()
      .withEnvironment({ WORD: 'given' })
      .withLabels({ purpose: 'test' })
      .withUser('nobody')
      .withTmpFs({ '/fast': 'rw' })
      .withResourcesQuota({ memory: 0.25, cpu: 1 })
      .withCopyContentToContainer([{ content: 'copied in', target: '/tmp/given.txt' }])
      .start();
    expect(await started.exec(['sh', '-c', 'echo $WORD; id -un; cat /tmp/given.txt; exit 3'])).toMatchObject({
      output: 'given\nnobody\ncopied in',
      exitCode: 3,
    });
    expect((await started.exec(['id', '-un'], { user: 'root' })).output).toBe('root\n');
    expect((await started.exec('grep -c /fast /proc/mounts')).output).toBe('1\n');
    await started.copyContentToContainer([{ content: 'later', target: '/tmp/later.txt' }]);
    expect(await text(await started.copyArchiveFromContainer('/tmp/later.txt'))).toContain('later');
    await started.restart();
    expect(await page(started)).toContain('hello');
    expect(started.getLabels()).toMatchObject({ purpose: 'test' });
  });

  test('two in a network find each other by name and by alias', async () => {
    await using network = await new Network().start();
    await using back = await server().withNetwork(network).withNetworkAliases('shop').withName('tc-back').start();
    await using front = await new GenericContainer(image).withCommand(['sleep', '1000']).withNetwork(network).start();
    for (const name of ['shop', 'tc-back', back.getIpAddress(network.getName())]) {
      expect((await front.exec(`wget -qO- http://${name}:8080/settings.ini`)).output).toContain('hello');
    }
  });

  test('an image is built from a Dockerfile, and its log is followed', async () => {
    await using folder = await temporaryDirectory('testcontainers');
    await writeFile(
      `${folder.path}/Dockerfile`,
      `FROM ${image}\nARG WORD\nRUN echo "$WORD" > /word\nCMD ["sh", "-c", "cat /word; sleep 1000"]\n`,
    );
    const built = await GenericContainer.fromDockerfile(folder.path).withBuildArgs({ WORD: 'built' }).build();
    const { promise, resolve } = Promise.withResolvers<string>();
    await using _ = await built
      .withLogConsumer((stream) => stream.on('data', (line: Buffer) => resolve(line.toString())))
      .withWaitStrategy(Wait.forLogMessage('built'))
      .start();
    expect(await promise).toBe('built\n');
  });

  test('a container is committed, and kept for the next that asks for the same', async () => {
    await using first = await server().withReuse().start();
    const second = await server().withReuse().start();
    expect(second.getId()).toBe(first.getId());
    await first.exec(['sh', '-c', 'echo kept > /tmp/kept']);
    const name = await first.commit({ repo: 'kept', tag: '1', deleteOnExit: false });
    await using made = await new GenericContainer(name).withCommand(['sleep', '1000']).start();
    expect((await made.exec(['cat', '/tmp/kept'])).output).toBe('kept\n');
  });
});
