import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

import { makeContext } from './testing/make-context.ts';

const run = promisify(execFile);
const GIT = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'what builds are made from', () => {
  let engine: TestEngine;
  let docker: DockerCli;
  let estrato: EstratoCli;
  let dir: TemporaryDirectory;
  let web: Server;
  let address = '';
  const served = new Map<string, Uint8Array | string>();
  beforeAll(async () => {
    engine = await startTestEngine();
    docker = new DockerCli(engine.host);
    estrato = new EstratoCli(engine);
    dir = await temporaryDirectory('sources');
    await engine.loadStory('base:latest');
    web = createServer((request, response) => {
      const body = served.get(request.url ?? '');
      response.statusCode = body === undefined ? 404 : 200;
      response.end(body);
    });
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    const place = web.address();
    address = `http://127.0.0.1:${typeof place === 'object' ? place?.port : ''}`;
  });
  afterAll(async () => {
    web.close();
    await engine[Symbol.asyncDispose]();
    await dir[Symbol.asyncDispose]();
  });

  const folder = (name: string): string => join(dir.path, name);
  const build = (...options: readonly string[]): Promise<string> => estrato.text('build', '-q', ...options);
  const shell = (built: string, script: string): Promise<string> =>
    docker.text('run', '--rm', '--network', 'none', '--entrypoint', 'sh', built, '-c', script);

  /** A repository with two commits and a tag at the first, served over git's own protocol. */
  async function repository(name: string): Promise<AsyncDisposable & { readonly url: string; readonly first: string }> {
    const work = folder(`${name}-work`);
    const git = async (...args: readonly string[]): Promise<string> => {
      const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
      return (await run('git', [...who, ...args], { cwd: work, env: GIT })).stdout.trim();
    };
    await makeContext(work, 'FROM base\nCOPY . /all', { a: 'one', '.dockerignore': 'left', left: 'x' });
    await makeContext(join(work, 'deep'), 'FROM base\nCOPY b /b', { b: 'deep' });
    await symlink('/etc', join(work, 'out'));
    await git('init', '-q', '-b', 'main');
    await git('add', '-A');
    await git('commit', '-q', '-m', 'one');
    await git('tag', 'v1');
    const first = await git('rev-parse', 'HEAD');
    await writeFile(join(work, 'a'), 'two');
    await git('commit', '-q', '-a', '-m', 'two');
    await mkdir(folder('served'), { recursive: true });
    await git('clone', '-q', '--bare', work, join(folder('served'), name));
    const port = 20_000 + (process.pid % 20_000);
    const daemon = spawn('/usr/lib/git-core/git-daemon', [
      '--listen=127.0.0.1',
      `--port=${port}`,
      '--export-all',
      '--verbose',
      `--base-path=${folder('served')}`,
    ]);
    await once(daemon.stderr, 'data');
    return {
      url: `git://127.0.0.1:${port}/${name}`,
      first,
      [Symbol.asyncDispose]: async () => {
        daemon.kill();
        await once(daemon, 'exit');
      },
    };
  }

  test('a git repository is a context, at a branch, a tag or a commit, whole or a directory of it', async () => {
    await using source = await repository('project');
    const now = await build(`${source.url}#main`);
    expect(await shell(now, 'cat /all/a; ls -A /all')).toBe('two.dockerignore\nDockerfile\na\ndeep\nout');
    expect(await shell(await build(`${source.url}#v1`), 'cat /all/a')).toBe('one');
    expect(await shell(await build(`${source.url}#${source.first}`), 'cat /all/a')).toBe('one');
    expect(await shell(await build(`${source.url}#:deep`), 'cat /b')).toBe('deep');
    const missing = await estrato.run(['build', `${source.url}#nowhere`]);
    expect(missing.stderr).toContain(`${source.url} could not be had at nowhere: `);
    // A link in it leads nowhere on this machine.
    expect((await estrato.run(['build', `${source.url}#:out`])).stderr).toContain('"/out": not found in');

    const classic = await docker.run(['build', '-t', 'remote:1', `${source.url}#v1`]);
    expect(classic.code, classic.stderr).toBe(0);
    expect(await shell('remote:1', 'cat /all/a')).toBe('one');

    await makeContext(
      folder('adds'),
      `FROM base\nADD ${source.url}#v1:deep /src\nADD --keep-git-dir ${source.url} /all`,
    );
    expect(await shell(await build(folder('adds')), 'cat /src/b /all/a; ls -d /all/.git; test ! -e /src/.git')).toBe(
      'deeptwo/all/.git',
    );
    await makeContext(folder('named'), 'FROM base\nCOPY --from=upstream a /a');
    expect(await shell(await build('--build-context', `upstream=${source.url}#v1`, folder('named')), 'cat /a')).toBe(
      'one',
    );
  });

  test('a tar or a Dockerfile over http is a context, for the docker client too', async () => {
    served.set(
      '/context.tar',
      await tarOf({ name: 'Dockerfile', body: 'FROM base\nCOPY a /a' }, { name: 'a', body: 'from a tar' }),
    );
    served.set('/Dockerfile', 'FROM base\nRUN echo alone > /a');
    expect(await shell(await build(`${address}/context.tar`), 'cat /a')).toBe('from a tar');
    expect(await shell(await build(`${address}/Dockerfile`), 'cat /a')).toBe('alone');
    expect((await docker.run(['build', '-t', 'web:1', `${address}/context.tar`])).code).toBe(0);
    expect(await shell('web:1', 'cat /a')).toBe('from a tar');
    const { code, stderr } = await estrato.run(['build', `${address}/nothing`]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${address}/nothing could not be fetched: the server answers 404`);
  });

  test('a named context is a folder, an image or a tar, and comes before a stage of its name', async () => {
    const text = [
      'FROM base AS shared',
      'RUN false',
      'FROM other AS built',
      'COPY --from=shared f /f',
      'COPY --from=archive t /t',
      'RUN --mount=from=shared,target=/m cat /m/f > /seen',
    ].join('\n');
    await makeContext(folder('contexts'), text);
    await mkdir(folder('shared'), { recursive: true });
    await writeFile(join(folder('shared'), 'f'), 'folder');
    served.set('/named.tar', await tarOf({ name: 't', body: 'tar' }));
    const contexts = [
      `shared=${folder('shared')}`,
      'other=docker-image://base:latest',
      `archive=${address}/named.tar`,
    ].flatMap((each) => ['--build-context', each]);
    const built = await build(...contexts, folder('contexts'));
    expect(await shell(built, 'cat /f /t /seen')).toBe('foldertarfolder');
    expect(await build(...contexts, folder('contexts'))).toBe(built);
    await writeFile(join(folder('shared'), 'f'), 'changed');
    expect(await shell(await build(...contexts, folder('contexts')), 'cat /f')).toBe('changed');
    const absent = await estrato.run(['build', '--build-context', 'other=/nowhere/at/all', folder('contexts')]);
    expect(absent.stderr).toContain('/nowhere/at/all is no folder; name the build context.');
  });

  test('a stage begins from a folder or a tar as it would from an image', async () => {
    await makeContext(folder('rooted'), 'FROM tree AS tree\nFROM packed\nCOPY --from=tree deep/a /a\nLABEL b=c');
    await mkdir(folder('root/deep'), { recursive: true });
    await writeFile(join(folder('root/deep'), 'a'), 'in a folder', { mode: 0o755 });
    served.set('/root.tar', await tarOf({ name: 'bin/t', body: 'in a tar' }));
    const contexts = ['--build-context', `tree=${folder('root')}`, '--build-context', `packed=${address}/root.tar`];
    const built = await build(...contexts, folder('rooted'));
    const history = await docker.text('history', '--no-trunc', '--format', '{{.CreatedBy}}', built);
    expect(history.split('\n')).toEqual(['LABEL b=c', 'COPY --from=tree deep/a /a', 'FROM packed']);
    await docker.text('create', '--name', 'rooted', built, '/none');
    expect((await docker.run(['cp', 'rooted:/a', '-'])).stdout).toContain('in a folder');
    expect((await docker.run(['cp', 'rooted:/bin/t', '-'])).stdout).toContain('in a tar');
    expect(await build(...contexts, folder('rooted'))).toBe(built);
    // Nothing at all is a root, too.
    await mkdir(folder('nothing'));
    await makeContext(folder('on-nothing'), 'FROM nothing\nCOPY Dockerfile /');
    await build('--build-context', `nothing=${folder('nothing')}`, folder('on-nothing'));
  });

  test('what is elsewhere is looked over without being built', async () => {
    served.set('/checked.tar', await tarOf({ name: 'Dockerfile', body: 'FROM scratch\nCPY . .\n' }));
    const before = (await engine.call('builds.list', {})).length;
    const { code, stdout } = await estrato.run(['build', '--check', `${address}/checked.tar`]);
    expect(stdout).toContain('Dockerfile:2: error: unknown instruction: CPY');
    expect(code).toBe(1);
    expect((await engine.call('builds.list', {})).length).toBe(before);
  });

  test('a secret is seen as a variable by its step and found nowhere afterwards', async () => {
    const text = [
      'FROM base',
      'USER 1000',
      'RUN --mount=type=secret,id=token,env=TOKEN test "$(printf %s "$TOKEN" | wc -l)" = 2; echo "${#TOKEN}"; echo $TOKEN',
      'RUN env | grep -c TOKEN || true',
    ].join('\n');
    await makeContext(folder('variable'), text);
    await writeFile(folder('token'), 'quux-frobnicate\n\n');
    const { stderr } = await estrato.run(['build', '--secret', `id=token,src=${folder('token')}`, folder('variable')]);
    expect(stderr).toContain('#3 17\n');
    expect(stderr).toContain('#4 0\n');
    await rm(folder('token'));
    const found = await run('grep', ['-rla', 'quux-frobnicate', engine.dataRoot, '/dev/shm']).catch(
      ({ stdout }: { stdout: string }) => ({ stdout }),
    );
    expect(found.stdout).toBe('');
  });

  test('a file whose name would remove another from the image is refused', async () => {
    await makeContext(folder('whiteout'), 'FROM base\nCOPY . /bin/', { 'a/.wh.sh': '' });
    const { code, stderr } = await estrato.run(['build', folder('whiteout')]);
    expect(code).toBe(1);
    expect(stderr).toContain("line 2: a/.wh.sh of the build context can't be in an image");
    await writeFile(join(folder('whiteout'), '.dockerignore'), '**/.wh.*');
    expect(await shell(await build(folder('whiteout')), 'ls -A /bin/a')).toBe('');
  });

  test('a heredoc runs by the interpreter that it names', async () => {
    const text = 'FROM base\nSHELL ["/bin/false"]\nRUN <<SCRIPT\n#!/bin/sh -e\necho "by $0" > /by\nSCRIPT';
    await makeContext(folder('interpreter'), text);
    const built = await build(folder('interpreter'));
    expect(await shell(built, 'cat /by; ls -d /dev/pipes 2>/dev/null || true')).toBe('by /dev/pipes/SCRIPT');
    await makeContext(folder('interpreter'), text.replace('by $0', 'other'));
    expect(await shell(await build(folder('interpreter')), 'cat /by')).toBe('other');
  });

  test('a cache begins with what it is given, once', async () => {
    const text = [
      'FROM base AS seed',
      'RUN mkdir -p /seed/deep && echo first > /seed/deep/n',
      'FROM base',
      'RUN --mount=type=cache,target=/c,id=seeded,from=seed,source=/seed cat /c/deep/n > /n; echo next > /c/deep/n',
    ].join('\n');
    await makeContext(folder('seeded'), text);
    expect(await shell(await build(folder('seeded')), 'cat /n')).toBe('first');
    expect(await shell(await build('--no-cache', folder('seeded')), 'cat /n')).toBe('next');
    await makeContext(
      folder('no-directory'),
      text.replaceAll('seeded', 'file').replace('source=/seed', 'source=/seed/deep/n'),
    );
    const { stderr } = await estrato.run(['build', folder('no-directory')]);
    expect(stderr).toContain('a cache begins with a directory, and /seed/deep/n in stage seed is none');
  });

  test('steps for a platform that nothing here runs are refused before the first, and others are built', async () => {
    const text =
      'FROM --platform=$BUILDPLATFORM base AS own\nRUN echo own > /own\nFROM scratch\nCOPY --from=own /own /own\n';
    await makeContext(folder('foreign'), text);
    const built = await build('--platform', 'linux/mips64le', folder('foreign'));
    const about = await docker.text('image', 'inspect', '--format', '{{.Architecture}}', built);
    expect(about).toBe('mips64le');
    await makeContext(folder('foreign'), `${text}RUN true`);
    const { code, stderr } = await estrato.run(['build', '--platform', 'linux/mips64le', folder('foreign')]);
    expect(code).toBe(1);
    expect(stderr).toContain('line 5: RUN for linux/mips64le needs a binfmt_misc handler for mips64le on this machine');
    expect(stderr).not.toContain('#1');
  });
});
