import { appendFile, chmod, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeContext } from '#engine/build/testing/make-context.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { registryUser, startDebianRegistry, type DebianRegistry } from '#engine/testing/debian-registry.ts';
import { DockerCli, findBuildKitClient } from '#engine/testing/docker-cli.ts';
import { makeImageOf } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';
import type { Ending } from '#engine/testing/watched-process.ts';

/** Bytes of a file that is worth not sending twice. */
const LARGE = 3_000_000;

/** A server that has one thing, whatever it is asked for. */
async function servedOnce(bytes: Uint8Array): Promise<AsyncDisposable & { readonly address: string }> {
  const server = createServer((_, response) => response.end(bytes)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = server.address();
  return {
    address: `http://127.0.0.1:${typeof place === 'object' ? place?.port : ''}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

describeWith(['root', 'launcher', 'busybox', 'BuildKit client', 'registry'], 'docker build by BuildKit', () => {
  const owned = new AsyncDisposableStack();
  let engine: TestEngine;
  let docker: DockerCli;
  let dir: TemporaryDirectory;
  let registry: DebianRegistry;
  beforeAll(async () => {
    dir = owned.use(await temporaryDirectory('buildkit'));
    registry = owned.use(await startDebianRegistry({ login: true }));
    engine = owned.use(await startTestEngine());
    docker = new DockerCli(engine.host, { program: findBuildKitClient() ?? 'docker', env: { DOCKER_BUILDKIT: '1' } });
    await engine.loadStory('base:latest');
  });
  afterAll(() => owned.disposeAsync());

  const folder = (name: string): string => join(dir.path, name);
  const build = (name: string, ...options: readonly string[]): Promise<Ending> =>
    docker.run(['build', '--progress', 'plain', ...options, folder(name)]);
  const shell = (image: string, script: string): Promise<string> =>
    docker.text('run', '--rm', '--network', 'none', '--entrypoint', 'sh', image, '-c', script);

  test('a folder becomes an image, with its arguments, labels, names and stage', async () => {
    const text = [
      'FROM base AS one',
      'ARG WHO=nobody',
      'WORKDIR /app',
      'COPY . .',
      'RUN echo "for $WHO" > who',
      'FROM base AS two',
      'RUN false',
    ].join('\n');
    await makeContext(folder('first'), text, { 'run.sh': '755:#!/bin/sh\n', 'deep/in/file': 'x', link: '-> deep' });
    const iid = join(dir.path, 'iid');
    const options = ['-t', 'first:1', '-t', 'first:2', '--target', 'one', '--build-arg', 'WHO=ann', '--label', 'a=b'];
    const { code, stderr } = await build('first', ...options, '--iidfile', iid);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('[one 3/5] WORKDIR /app');
    expect(await shell('first:1', 'cat who; stat -c "%a %U" run.sh; readlink link; cat link/in/file')).toBe(
      'for ann\n755 root\ndeep\nx',
    );
    const format = '{{.Id}} {{.Config.Labels.a}}';
    expect(await docker.text('image', 'inspect', '--format', format, 'first:2')).toBe(
      `${await readFile(iid, 'utf8')} b`,
    );
  });

  test('a second build is drawn as cached, and --no-cache runs the steps again', async () => {
    await makeContext(folder('again'), 'FROM base\nCOPY a b\nRUN cat b > c', { a: 'hello\n' });
    expect((await build('again')).stderr).not.toContain('CACHED');
    const { stderr } = await build('again');
    expect(stderr.match(/CACHED/g)).toHaveLength(2);
    expect((await build('again', '--no-cache')).stderr).not.toContain('CACHED');
  });

  test('of a folder that was built before only what changed is sent', async () => {
    const large = 'x'.repeat(LARGE);
    await makeContext(folder('large'), 'FROM base\nCOPY . /all/', { large, small: 'one', gone: 'x' });
    const sent = ({ stderr }: Ending): string | undefined =>
      Array.from(stderr.matchAll(/transferring context: (\S+)/g), ([, size]) => size).at(-1);
    expect(sent(await build('large', '-t', 'large'))).toBe('3.00MB');
    await writeFile(join(folder('large'), 'small'), 'two');
    await writeFile(join(folder('large'), '.dockerignore'), 'gone\n');
    // The rules are read apart from the context, and come with it like any file.
    expect(sent(await build('large', '-t', 'large'))).toBe(`${'two'.length + 'gone\n'.length}B`);
    expect(await shell('large', 'cd /all; cat small; ls; wc -c < large')).toBe(`twoDockerfile\nlarge\nsmall\n${LARGE}`);
    await appendFile(join(folder('large'), 'large'), 'y');
    expect(sent(await build('large', '-t', 'large'))).toBe('3.00MB');
    expect(await shell('large', 'wc -c < /all/large; tail -c 1 /all/large')).toBe(`${LARGE + 1}\ny`);
  });

  test('rules leave out what they say, letters beyond ASCII and exceptions included', async () => {
    const rules = '# not these\n*.log\n!keep.log\nsecret/\n!secret/public\n**/año\n';
    const files = { '.dockerignore': rules, 'a.log': '', 'keep.log': '', 'secret/key': '', 'secret/public': '' };
    await makeContext(folder('rules'), 'FROM base\nCOPY . /all/', { ...files, 'x/año': '', 'empty/año': '' });
    expect((await build('rules', '-t', 'rules')).code).toBe(0);
    expect(await shell('rules', 'cd /all; find . -type f | sort')).toBe(
      ['./.dockerignore', './Dockerfile', './keep.log', './secret/public'].join('\n'),
    );
  });

  test('a Dockerfile from elsewhere, and one without a folder', async () => {
    await makeContext(folder('elsewhere'), 'FROM none', { a: 'here' });
    await mkdir(folder('files'));
    await writeFile(join(folder('files'), 'Other'), 'FROM base\nCOPY . /all/');
    expect((await build('elsewhere', '-f', join(folder('files'), 'Other'), '-t', 'other')).code).toBe(0);
    expect(await shell('other', 'cat /all/a')).toBe('here');
    const { code } = await docker.run(['build', '-t', 'alone', '-'], 'FROM base\nRUN echo alone > /word');
    expect(code).toBe(0);
    expect(await shell('alone', 'cat /word')).toBe('alone');
  });

  test('a tar of its standard input is a context, and so is one at an address', async () => {
    const tar = await tarOf(
      { name: 'Dockerfile', body: 'FROM base\nCOPY word /word' },
      { name: 'word', body: 'in a tar' },
    );
    const sent = await docker.run(['build', '--progress', 'plain', '-t', 'tarred', '-'], tar);
    expect({ code: sent.code, stderr: sent.stderr }).toMatchObject({ code: 0 });
    expect(await shell('tarred', 'cat /word')).toBe('in a tar');
    await using web = await servedOnce(tar);
    expect(await docker.run(['build', '-t', 'fetched', `${web.address}/context.tar`])).toMatchObject({ code: 0 });
    expect(await shell('fetched', 'cat /word')).toBe('in a tar');
    const { code, stderr } = await docker.run(['build', `${web.address.replace(/:\d+$/, ':1')}/none.tar`]);
    expect(code).toBe(1);
    expect(stderr).toContain('could not be fetched');
  });

  test('a secret is there for its step, in no layer and in nothing that is printed', async () => {
    const text =
      'FROM base\nRUN --mount=type=secret,id=token,required=true cat /run/secrets/token; wc -c < /run/secrets/token > /n';
    await makeContext(folder('secret'), text);
    await writeFile(join(dir.path, 'token'), 'correct-horse');
    const { code, stderr } = await build(
      'secret',
      '--secret',
      `id=token,src=${join(dir.path, 'token')}`,
      '-t',
      'secret',
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('***');
    expect(stderr).not.toContain('correct-horse');
    expect(await shell('secret', 'cat /n; ls /run/secrets 2>/dev/null | wc -l')).toBe('13\n0');
    expect((await build('secret', '--no-cache')).stderr).toContain('secret token: not found');
  });

  test('a step that fails shows what it printed, and its lines of the Dockerfile', async () => {
    await makeContext(folder('fails'), 'FROM base\nWORKDIR /\nRUN echo before && \\\n  exit 3\nRUN true');
    const { code, stderr } = await build('fails');
    expect(code).toBe(1);
    expect(stderr).toMatch(/#\d+ \S+ before\n/);
    expect(stderr).toContain('Dockerfile:3\n--------------------\n   1 |     FROM base\n');
    expect(stderr).toContain('   3 | >>> RUN echo before && \\\n   4 | >>>   exit 3\n   5 |     RUN true');
    expect(stderr).toContain('returned a non-zero code: 3');
  });

  test('a Dockerfile that is none, and one that is not there, are told in a sentence', async () => {
    await makeContext(folder('wrong'), 'FROM base\nRUNN true');
    const wrong = await build('wrong');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('   2 | >>> RUNN true');
    expect(wrong.stderr).toContain('dockerfile parse error on line 2 of Dockerfile');
    const { stderr } = await build('wrong', '-o', 'type=zip,dest=out');
    expect(stderr).toContain('makes no "zip" of a build');
  });

  test("a private registry is asked with the client's own login", async () => {
    const name = `${registry.host}/team/base:1`;
    const config = join(dir.path, 'config');
    await engine.load(await dockerArchive({ image: await makeImageOf(2), names: [name] }));
    const as = (...args: readonly string[]): Promise<Ending> => docker.run(['--config', config, ...args]);
    await docker.run(
      ['--config', config, 'login', '-u', registryUser.username, '--password-stdin', registry.host],
      registryUser.password,
    );
    expect((await as('push', name)).code).toBe(0);
    await docker.text('rmi', name);
    await makeContext(folder('private'), `FROM ${name}\nLABEL a=b`);
    const without = await build('private');
    expect(without.code).toBe(1);
    expect(await as('build', '-t', 'private', folder('private'))).toMatchObject({ code: 0 });
    expect(engine.stderr).not.toContain(registryUser.password);
  });

  test('its files are written where the client says, by itself, and no image is made', async () => {
    const text =
      'FROM base AS made\nRUN mkdir /out && echo made > /out/file && ln -s file /out/link\nFROM scratch\nCOPY --from=made /out /';
    await makeContext(folder('outputs'), text, {});
    const ids = (): Promise<string> => docker.text('images', '--all', '--quiet', '--no-trunc');
    const before = await ids();
    const [into, tar] = [join(dir.path, 'into'), join(dir.path, 'into.tar')];
    for (const output of [into, `type=tar,dest=${tar}`])
      expect(await build('outputs', '--output', output)).toMatchObject({ code: 0 });
    expect(await readFile(join(into, 'file'), 'utf8')).toBe('made\n');
    expect(await readFile(join(into, 'link'), 'utf8')).toBe('made\n');
    expect(await readFile(tar, 'utf8')).toContain('made\n');
    expect(await ids()).toBe(before);
    await build('outputs', '--output', 'type=image,name=outputs:1', '-t', 'outputs:1');
    expect(await docker.text('image', 'inspect', '--format', '{{len .RootFS.Layers}}', 'outputs:1')).toBe('1');
  });

  test('a client that goes takes its build with it', async () => {
    await makeContext(folder('slow'), 'FROM base\nRUN echo begun; sleep 1000');
    const started = docker.start(['build', '--progress', 'plain', folder('slow')]);
    await expect.poll(() => started.stderr, { timeout: 30_000 }).toMatch(/ begun\n/);
    started.kill('SIGKILL');
    await started.ended;
    await expect
      .poll(async () => (await engine.call('builds.list', {}))[0]?.state, { timeout: 30_000 })
      .toBe('cancelled');
  });

  test('with the time and the rights of files as they are in the folder', async () => {
    await makeContext(folder('rights'), 'FROM base\nCOPY . /all/', { 'bin/tool': '755:x' });
    await chmod(join(folder('rights'), 'bin/tool'), 0o4755);
    await chmod(join(folder('rights'), 'bin'), 0o1777);
    await utimes(join(folder('rights'), 'bin/tool'), 1_600_000_000, 1_600_000_000);
    expect((await build('rights', '-t', 'rights')).code).toBe(0);
    expect(await shell('rights', 'stat -c "%a %u %Y" /all/bin/tool; stat -c %a /all/bin')).toBe(
      '4755 0 1600000000\n1777',
    );
  });
});
