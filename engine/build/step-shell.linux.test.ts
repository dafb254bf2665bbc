import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { BuildRecord } from '#engine/contract/build.ts';
import { DockerCli } from '#engine/testing/docker-cli.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

import { makeContext } from './testing/make-context.ts';

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'shells at steps of builds', () => {
  let engine: TestEngine;
  let docker: DockerCli;
  let estrato: EstratoCli;
  let dir: TemporaryDirectory;
  beforeAll(async () => {
    engine = await startTestEngine();
    docker = new DockerCli(engine.host, { env: { DOCKER_BUILDKIT: '0' } });
    estrato = new EstratoCli(engine);
    dir = await temporaryDirectory('shells');
    await engine.loadStory('base:latest');
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await dir[Symbol.asyncDispose]();
  });

  const folder = (name: string): string => join(dir.path, name);
  const build = (name: string, ...options: readonly string[]): ReturnType<EstratoCli['run']> =>
    estrato.run(['build', '-q', ...options, folder(name)]);
  const last = async (): Promise<BuildRecord> => {
    const [record] = await engine.call('builds.list', {});
    if (record === undefined) throw new Error('nothing was built');
    return record;
  };
  /** What a script says that runs where a step was. */
  const said = (record: BuildRecord, script: string, ...options: readonly string[]): Promise<string> =>
    estrato.text('builds', 'shell', ...options, '-c', script, record.id);
  const inImage = (image: string, script: string): Promise<string> =>
    docker.text('run', '--rm', '--network', 'none', '--entrypoint', 'sh', image, '-c', script);

  const FAILING = [
    'FROM base AS other',
    'RUN echo from-other > /of-other',
    'FROM base',
    'ARG WORD=default',
    'ENV KEPT=yes',
    'WORKDIR /place',
    'RUN chmod 777 .',
    'USER 1000',
    'RUN --mount=type=cache,target=/cache,uid=1000 --mount=from=other,target=/other --mount=target=/context --network=none echo half > half && cat missing',
    'RUN cat half missing > whole',
  ].join('\n');

  test('a step that failed has a shell with what it stood on, and one with what it left', async () => {
    await makeContext(folder('failing'), FAILING, { here: 'context' });
    expect((await build('failing', '--build-arg', 'WORD=given')).code).toBe(1);
    const record = await last();
    expect(record.state).toBe('failed');
    const look =
      'id -u; pwd; echo $WORD $KEPT; cat /other/of-other /context/here; ls; ls /sys/class/net; touch /cache/kept';
    expect(await said(record, look, '--before')).toBe('1000\n/place\ngiven yes\nfrom-other\ncontextlo');
    expect(await said(record, 'ls; ls /cache')).toBe('half\nkept');
    expect(await said(record, 'cat /of-other', '--step', '2')).toContain('from-other');
    // Nothing of the shells is left.
    expect(await docker.text('ps', '-aq')).toBe('');
    expect(await readdir(join(engine.dataRoot, 'build-shells'))).toEqual([]);
    const typed = await estrato.run(['builds', 'shell', record.id]);
    expect(typed.stderr).toContain('This is no terminal: say what the shell runs with --command.');
    const beyond = await estrato.run(['builds', 'shell', '--step', '10', '-c', 'true', record.id]);
    expect(beyond.stderr).toContain('There is nothing after step 10 of this build.');
  });

  test('what is mended in a shell is built on', async () => {
    await makeContext(folder('mended'), FAILING, { here: 'context' });
    await build('mended', '-t', 'mended:1');
    const failed = await last();
    const mend = (word: string): readonly string[] => ['-c', `echo ${word} > missing`];
    // Before the step: it is carried out, and fails no more.
    const mended = await estrato.run(['builds', 'shell', '--before', '--continue', ...mend('there'), failed.id]);
    expect(mended.stderr).not.toContain('REPLACED');
    expect(mended.code, mended.stderr).toBe(0);
    expect(mended.stdout).toContain('sha256:');
    expect(await inImage('mended:1', 'cat /place/whole')).toBe('half\nthere');
    const next = await last();
    expect(next.patches).toMatchObject([{ line: 9, place: 'before' }]);
    expect(await docker.text('history', '--no-trunc', '--format', '{{.CreatedBy}}', 'mended:1')).toContain(
      'changed by hand in a shell at line 9',
    );
    // After the step that failed: what it left and what the shell made stand in its place.
    const instead = await estrato.run(['builds', 'shell', '--continue', ...mend('two'), failed.id]);
    expect(instead.code, instead.stderr).toBe(0);
    expect(instead.stderr).toContain('REPLACED by what a shell made');
    expect(await inImage('mended:1', 'cat /place/whole')).toBe('half\ntwo');
    // One that ends with another code changes nothing.
    const builds = (await engine.call('builds.list', {})).length;
    expect((await estrato.run(['builds', 'shell', '--continue', '-c', 'exit 7', failed.id])).code).toBe(7);
    expect((await engine.call('builds.list', {})).length).toBe(builds);
    // The file as it is builds what it says: nothing by hand is in the cache under a step's name.
    expect((await build('mended')).code).toBe(1);
  });

  test('at a terminal it is typed in, mended, and built on from there', async () => {
    await makeContext(folder('typed'), FAILING, { here: 'context' });
    await build('typed', '-t', 'typed:1');
    const failed = await last();
    const size = { rows: 30, columns: 90 };
    await using shell = await estrato.startAtTerminal(
      ['builds', 'shell', '--before', '--continue', failed.id.slice(0, 12)],
      size,
    );
    await shell.process.until(/[$#] /);
    shell.process.write('stty size; pwd; echo typed > missing; echo left with $((40 + 2))\r');
    const { input: said } = await shell.process.until(/left with 42\r+\n/);
    expect(said).toMatch(/\n30 90\r+\n\/place\r+\n/);
    // What is typed goes to the shell, whatever it would do to the client.
    shell.process.write('echo begun; cat\r');
    await shell.process.until(/\nbegun\r+\n/);
    shell.process.write('\u0003');
    await shell.process.until(/\^C/);
    shell.process.write('exit 0\r');
    expect((await shell.process.ended).code).toBe(0);
    expect(await inImage('typed:1', 'cat /place/whole')).toBe('half\ntyped');
    expect(await readdir(join(engine.dataRoot, 'build-shells'))).toEqual([]);
  });

  test('a finished build has shells, and what one makes comes after the step', async () => {
    await makeContext(folder('finished'), 'FROM base\nRUN echo one > /one\nRUN ls / > /listed');
    await build('finished', '-t', 'finished:1');
    const record = await last();
    expect(await said(record, 'ls -d /one /listed 2>&1 || true', '--step', '2')).toContain('listed: No such file');
    await estrato.text('builds', 'shell', '--step', '2', '--continue', '-c', 'touch /added', record.id);
    expect(await inImage('finished:1', 'grep -x added /listed')).toBe('added');
  });

  test('a secret is given again or missing, and a context that was sent is missing', async () => {
    const text =
      'FROM base\nRUN --mount=type=secret,id=token --mount=target=/context cat /run/secrets/token > /dev/null';
    await makeContext(folder('secret'), text);
    await writeFile(folder('token'), 'abracadabra');
    const option = `id=token,src=${folder('token')}`;
    await build('secret', '--secret', option);
    const own = await last();
    expect(await said(own, 'cat /run/secrets/token', '--secret', option)).toBe('abracadabra');
    const without = await estrato.run(['builds', 'shell', '-c', 'ls /context', own.id]);
    expect(without.stderr).toContain("The secret token isn't kept: give it again.");
    expect(without.stdout).toContain('Dockerfile');

    await makeContext(folder('sent'), 'FROM base\nRUN echo sent > /sent');
    await docker.text('build', '-q', folder('sent'));
    const sent = await last();
    const { shell } = await engine.call('builds.openShell', {
      build: sent.id,
      side: 'after',
      script: 'sleep 600',
    });
    await expect(engine.call('builds.continue', { shell, secrets: {} })).rejects.toThrow(
      'The context of this build was sent by a client; build it again from there.',
    );
    await engine.call('builds.closeShell', { shell });
  });

  test('a shell outlives its engine, and what is pruned is said to be', async () => {
    await makeContext(folder('outlives'), 'FROM base\nRUN --mount=target=/context echo a > /a');
    await build('outlives', '-t', 'outlives:1');
    const record = await last();
    const wish = { build: record.id, side: 'after' as const, script: 'touch /made; sleep 600' };
    const { shell } = await engine.call('builds.openShell', wish);
    await engine.restart('SIGKILL');
    expect(await docker.text('exec', shell, 'ls', '/context', '/made')).toContain('/made');
    await engine.call('builds.continue', { shell, secrets: {} });
    await expect.poll(async () => (await last()).state, { timeout: 15_000 }).toBe('done');
    expect(await inImage('outlives:1', 'ls /made')).toBe('/made');
    expect(existsSync(join(engine.dataRoot, 'build-shells'))).toBe(true);

    await docker.text('rmi', 'outlives:1', record.image ?? '');
    await docker.text('builder', 'prune', '-af');
    await engine.call('trash.empty', {});
    await docker.text('builder', 'prune', '-af');
    const pruned = await estrato.run(['builds', 'shell', '-c', 'true', record.id]);
    expect(pruned.stderr).toContain('What the step stood on was removed since; build it again.');
  });
});
