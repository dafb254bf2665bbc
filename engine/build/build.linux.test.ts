import { execFile } from 'node:child_process';
import { chmod, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { CacheVerdict } from '#engine/contract/build.ts';
import { DockerCli } from '#engine/testing/docker-cli.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

import { makeContext } from './testing/make-context.ts';

const run = promisify(execFile);

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'builds', () => {
  let engine: TestEngine;
  let docker: DockerCli;
  let estrato: EstratoCli;
  let dir: TemporaryDirectory;
  let image = '';
  beforeAll(async () => {
    engine = await startTestEngine();
    docker = new DockerCli(engine.host, { env: { DOCKER_BUILDKIT: '0' } });
    estrato = new EstratoCli(engine);
    dir = await temporaryDirectory('builds');
    image = await engine.loadStory('base:latest');
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await dir[Symbol.asyncDispose]();
  });

  const folder = (name: string): string => join(dir.path, name);
  const build = (name: string, ...options: readonly string[]): Promise<string> =>
    estrato.text('build', '-q', ...options, folder(name));
  const shell = (built: string, script: string): Promise<string> =>
    docker.text('run', '--rm', '--network', 'none', '--entrypoint', 'sh', built, '-c', script);
  /** Of the last build, by their instructions. */
  const verdicts = async (): Promise<ReadonlyMap<string, CacheVerdict | undefined>> => {
    const [last] = await engine.call('builds.list', {});
    return new Map(last?.steps.map(({ text, verdict }) => [text, verdict]));
  };
  const missed = (verdict: CacheVerdict | undefined): unknown =>
    verdict?.kind === 'missed' ? verdict.reasons : verdict;

  test('a folder becomes an image with a name, and everything is known the second time', async () => {
    const text = 'FROM base\nWORKDIR /app\nCOPY . .\nRUN cat a > b\nCMD ["cat","b"]';
    await makeContext(folder('first'), text, { a: 'hello\n' });
    const id = await build('first', '-t', 'first:1', '-t', 'other:2');
    expect(await docker.text('run', '--rm', 'first:1')).toBe('hello');
    expect(await docker.text('image', 'inspect', '--format', '{{.Id}}', 'other:2')).toBe(id);
    expect(await build('first')).toBe(id);
    const seen = await verdicts();
    expect(seen.get('COPY . .')).toEqual({ kind: 'hit' });
    expect(seen.get('RUN cat a > b')).toEqual({ kind: 'hit' });
    expect(seen.get('CMD ["cat","b"]')).toEqual({ kind: 'plain' });
    expect(await docker.text('ps', '-aq')).toBe('');
    // Of containers only the one that was run; nothing of the steps'.
    expect((await engine.call('trash.list', {})).map(({ name }) => name)).not.toContain(
      expect.stringContaining('build-'),
    );
  });

  test('each step says why it was not cached', async () => {
    const text = (extra: string): string =>
      `FROM base\nARG V=1\nENV W=$V\nRUN echo $V > /v\nCOPY src /src\nRUN cat /src/a > /out${extra}`;
    await makeContext(folder('why'), text(''), { 'src/a': 'one\n', 'src/b': 'b\n' });
    await build('why');
    await writeFile(join(folder('why'), 'src/a'), 'two\n');
    await chmod(join(folder('why'), 'src/b'), 0o600);
    await writeFile(join(folder('why'), 'src/c'), 'new\n');
    await build('why');
    const files = await verdicts();
    expect(files.get('RUN echo $V > /v')).toEqual({ kind: 'hit' });
    expect(missed(files.get('COPY src /src'))).toMatchObject([
      { kind: 'file', path: '/src/a', change: 'content' },
      { kind: 'file', path: '/src/b', change: 'mode', before: '644', now: '600' },
      { kind: 'file', path: '/src/c', change: 'added' },
    ]);
    expect(missed(files.get('RUN cat /src/a > /out'))).toEqual([{ kind: 'above', line: 5 }]);

    await build('why', '--build-arg', 'V=2');
    const args = await verdicts();
    expect(missed(args.get('RUN echo $V > /v'))).toEqual([
      { kind: 'variable', name: 'V', before: '1', now: '2' },
      { kind: 'variable', name: 'W', before: '1', now: '2' },
    ]);
    expect(args.get('COPY src /src')).toEqual({ kind: 'hit' });

    await writeFile(join(folder('why'), 'Dockerfile'), text(' && true'));
    await build('why', '--build-arg', 'V=2');
    expect(missed((await verdicts()).get('RUN cat /src/a > /out && true'))).toEqual([
      { kind: 'instruction', before: 'RUN cat /src/a > /out', now: 'RUN cat /src/a > /out && true' },
    ]);
    await build('why', '--no-cache');
    expect(missed((await verdicts()).get('COPY src /src'))).toEqual([{ kind: 'disabled' }]);
  });

  test('a base that was moved is named', async () => {
    await docker.text('tag', image, 'moving:latest');
    await makeContext(folder('moved'), 'FROM moving\nRUN echo x > /x');
    await build('moved');
    await makeContext(folder('elsewhere'), 'FROM base\nRUN echo other > /other');
    const before = await docker.text('image', 'inspect', '--format', '{{.Id}}', 'moving');
    const now = await build('elsewhere', '-t', 'moving:latest');
    await build('moved');
    expect(missed((await verdicts()).get('RUN echo x > /x'))).toEqual([{ kind: 'base', image: 'moving', before, now }]);
  });

  test('files of equal size and time are told apart by what they hold', async () => {
    await makeContext(folder('equal'), 'FROM base\nCOPY a /a', { a: 'one' });
    const one = await build('equal');
    await writeFile(join(folder('equal'), 'a'), 'two');
    await utimes(join(folder('equal'), 'a'), 1_700_000_000, 1_700_000_000);
    const two = await build('equal');
    expect(two).not.toBe(one);
    expect(await shell(two, 'cat /a')).toBe('two');
    await makeContext(folder('equal-too'), 'FROM base\nCOPY a /a', { a: 'six' });
    expect(await shell(await build('equal-too'), 'cat /a')).toBe('six');
  });

  test('stages go side by side, and those that nothing needs are left out', async () => {
    const wait = (own: string, other: string): string =>
      `RUN --mount=type=cache,target=/meet touch /meet/${own}; n=0; while [ ! -e /meet/${other} ] && [ $n -lt 200 ]; do sleep 0.1; n=$((n+1)); done; test -e /meet/${other}; echo $? > /${own}`;
    const text = `FROM base AS one\n${wait('one', 'two')}\nFROM base AS two\n${wait('two', 'one')}\nFROM base AS never\nRUN false\nFROM base\nCOPY --from=one /one /\nCOPY --from=two /two /`;
    await makeContext(folder('stages'), text);
    expect(await shell(await build('stages'), 'cat /one /two')).toBe('0\n0');
    const [last] = await engine.call('builds.list', {});
    expect(last?.steps.map(({ stage }) => stage)).not.toContain('never');
  });

  test('a secret is seen by its step and found nowhere afterwards', async () => {
    const text =
      'FROM base\nRUN --mount=type=secret,id=token cat /run/secrets/token; wc -c < /run/secrets/token > /length; stat -c %a /run/secrets/token';
    await makeContext(folder('secret'), text);
    await writeFile(join(dir.path, 'token'), 'xyzzy-plugh-secret');
    const options = ['build', '--secret', `id=token,src=${join(dir.path, 'token')}`, folder('secret')];
    const { stdout: id, stderr } = await estrato.run(options);
    expect(stderr).toContain('#2 ***400\n');
    expect(await shell(id.trim(), 'cat /length; ls /run/secrets 2>/dev/null || true')).toBe('18');
    const found = await run('grep', ['-rla', 'xyzzy-plugh-secret', engine.dataRoot, '/dev/shm']).catch(
      ({ stdout }: { stdout: string }) => ({ stdout }),
    );
    expect(found.stdout).toBe('');
  });

  test('a required secret that nobody gives is named', async () => {
    await makeContext(folder('no-secret'), 'FROM base\nRUN --mount=type=secret,id=token,required=true true');
    const { code, stderr } = await estrato.run(['build', folder('no-secret')]);
    expect(code).toBe(1);
    expect(stderr).toContain('line 2: secret token: not found; give it with --secret id=token,src=FILE');
  });

  test('caches live on between builds, binds show other trees, and none of it is in the layer', async () => {
    const text = [
      'FROM base AS tools',
      'RUN mkdir /tools && echo tool > /tools/t',
      'FROM base',
      'RUN --mount=type=cache,target=/cache,id=counts echo x >> /cache/n && wc -l < /cache/n > /count',
      'RUN --mount=from=tools,source=/tools,target=/t --mount=source=src,target=/s --mount=type=tmpfs,target=/m cat /t/t /s/a > /seen; echo y > /m/y',
    ].join('\n');
    await makeContext(folder('mounts'), text, { 'src/a': 'context\n' });
    const first = await build('mounts');
    expect(await shell(first, 'cat /count /seen; ls /cache /t /s /m 2>/dev/null | wc -l')).toBe('1\ntool\ncontext\n0');
    const second = await build('mounts', '--no-cache');
    expect(await shell(second, 'cat /count; ls -A /cache /m 2>/dev/null || true')).toBe('2');
    // Only what a bind shows decides.
    await writeFile(join(folder('mounts'), 'unrelated'), 'x');
    await build('mounts');
    expect([...(await verdicts()).values()].filter((verdict) => verdict?.kind === 'missed')).toEqual([]);
  });

  test('heredocs are scripts and files', async () => {
    const text = [
      'FROM base',
      'ENV NAME=estrato',
      'RUN <<EOF',
      'set -e',
      'echo first > /script',
      'echo "$NAME" >> /script',
      'EOF',
      'RUN cat <<A > /cat && echo after >> /cat',
      'in the shell',
      'A',
      'COPY <<PLAIN <<"RAW" /etc/app/',
      'name=$NAME, it\'s "\\$NAME"',
      'PLAIN',
      'raw=$NAME',
      'RAW',
    ].join('\n');
    await makeContext(folder('heredocs'), text);
    const said = await shell(await build('heredocs'), 'cat /script /cat /etc/app/PLAIN /etc/app/RAW');
    expect(said).toBe('first\nestrato\nin the shell\nafter\nname=estrato, it\'s "$NAME"\nraw=$NAME');
  });

  test('ADD unpacks archives of the context, and fetches what it is told to with its checksum', async () => {
    const archive = gzipSync(await tarOf({ name: 'in/file', body: 'packed\n', mode: 0o640 }));
    await makeContext(folder('add'), 'FROM base');
    await writeFile(join(folder('add'), 'a.tgz'), archive);
    await using server = await startFiles({ '/file.txt': Buffer.from('fetched\n') });
    const sum = 'f62b6bd8b1ba8e2bc1a0dfc4b4f0a8ae3ee77cf1b9a5ff2b1b2e0b9d3fd0c0de';
    const text = `FROM base\nADD a.tgz /a/\nADD --unpack=false a.tgz /b/\nADD ${server.url}/file.txt /c/\n`;
    await writeFile(join(folder('add'), 'Dockerfile'), text);
    expect(
      await shell(await build('add'), 'cat /a/in/file /c/file.txt; stat -c %a /a/in/file /c/file.txt; ls /b'),
    ).toBe('packed\nfetched\n640\n600\na.tgz');
    await writeFile(
      join(folder('add'), 'Dockerfile'),
      `FROM base\nARG SUM=${sum}\nADD --checksum=sha256:$SUM ${server.url}/file.txt /c/\n`,
    );
    const { code, stderr } = await estrato.run(['build', folder('add')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/line 3: digest mismatch of .*file\.txt: sha256:/);
    expect(stderr).toContain(`expected sha256:${sum}`);
  });

  test('what a base image asks for later is done', async () => {
    await makeContext(folder('trigger'), 'FROM base\nONBUILD COPY a /a\nONBUILD RUN cat /a > /b');
    await build('trigger', '-t', 'trigger:1');
    await makeContext(folder('triggered'), 'FROM trigger:1\nRUN echo after >> /b', { a: 'triggered\n' });
    const id = await build('triggered');
    expect(await shell(id, 'cat /b')).toBe('triggered\nafter');
    expect(await docker.text('image', 'inspect', '--format', '{{json .Config.OnBuild}}', id)).toMatch(/null|\[\]/);
  });

  test('with a date of its own the same inputs give the same image anywhere', async () => {
    const text = 'FROM base\nARG SOURCE_DATE_EPOCH\nWORKDIR /w\nCOPY a b/\nRUN echo made > /made && mkdir /d';
    await makeContext(folder('date'), text, { a: 'a' });
    const one = await build('date', '--build-arg', 'SOURCE_DATE_EPOCH=1700000000', '--no-cache');
    await using other = await startTestEngine();
    await other.loadStory('base:latest');
    await makeContext(folder('date-too'), text, { a: 'a' });
    const two = await new EstratoCli(other).text(
      'build',
      '-q',
      '--build-arg',
      'SOURCE_DATE_EPOCH=1700000000',
      folder('date-too'),
    );
    expect(two).toBe(one);
  });

  test('what can not be built says so at its line, before any step has run', async () => {
    const rows = [
      ['FROM base\nRUN touch /ran\nCPY a b', 'line 3', 'unknown instruction: CPY (did you mean COPY?)'],
    ] as const;
    for (const [text, line, words] of rows) {
      await makeContext(folder('refused'), text);
      const { code, stderr, stdout } = await estrato.run(['build', folder('refused')]);
      expect(code).toBe(1);
      expect(stderr).toContain(line);
      expect(stderr).toContain(words);
      expect(stdout + stderr).not.toContain('#2');
    }
  });

  test.each([
    ['FROM base\nRUN exit 7', "The command '/bin/sh -c exit 7' returned a non-zero code: 7"],
    ['FROM base\nCOPY nothing /', 'line 2: "/nothing": not found in the build context (COPY nothing /)'],
    ['FROM base\nCOPY --from=base /nowhere /', 'line 2: "/nowhere": not found in image base'],
    ['FROM base\nUSER nobody-there\nRUN true', 'unable to find user nobody-there'],
    ['FROM base\nEXPOSE what', 'line 2: invalid containerPort: what'],
    ['FROM base\nENV A="${B:?is needed}"', 'line 2: B: is needed'],
    ['FROM', 'FROM requires either one or three arguments'],
  ])('%j: %s', async (text, words) => {
    await makeContext(folder('wrong'), text);
    const { code, stderr } = await estrato.run(['build', folder('wrong')]);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(await docker.text('ps', '-aq')).toBe('');
  });

  test('docker build sends its context, and is told what happens', async () => {
    await makeContext(folder('classic'), 'FROM base\nCOPY a /a\nRUN echo said; echo x > /x', { a: 'a' });
    const { code, stdout, stderr } = await docker.run([
      'build',
      '--network',
      'none',
      '-t',
      'classic:1',
      folder('classic'),
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(
      /Step 1\/3 : FROM base\n ---> [0-9a-f]{12}\nStep 2\/3 : COPY a \/a\n ---> [0-9a-f]{12}\nStep 3\/3 : RUN .*\nsaid\n ---> [0-9a-f]{12}\nSuccessfully built [0-9a-f]{12}\nSuccessfully tagged classic:1\n/,
    );
    const failing = await docker.run(['build', '-'], 'FROM base\nRUN exit 3');
    expect(failing.code).toBe(3);
    expect(failing.stderr).toContain("The command '/bin/sh -c exit 3' returned a non-zero code: 3");
    const wrong = await docker.run(['build', '-'], 'FROM base\nRUM x');
    expect(wrong.stderr).toContain('unknown instruction: RUM (did you mean RUN?)');
  });

  test('what builds have kept goes when it is asked for, and images stay', async () => {
    // Directories of cache mounts, which stay without --all: those of other tests are none of what is counted here.
    await docker.text('builder', 'prune', '-a', '-f');
    await makeContext(folder('pruned'), 'FROM base\nRUN echo kept > /kept\nRUN echo more > /more');
    const id = await build('pruned', '-t', 'pruned:1');
    await makeContext(folder('pruned-too'), 'FROM base\nRUN dd if=/dev/zero of=/large bs=1M count=3 2>/dev/null');
    const gone = await build('pruned-too');
    await docker.text('rmi', gone);
    await engine.call('trash.empty', {});
    const layers = async (): Promise<number> => (await readdir(join(engine.dataRoot, 'layers'))).length;
    const before = await layers();
    const buildCache = async (): Promise<string> =>
      (await estrato.text('system', 'df', '--format', '{{.Type}} {{.TotalCount}} {{.Size}}')).split('\n')[3] ?? '';
    // A layer is measured beside the build that has made it.
    await expect.poll(buildCache).toMatch(/^Build Cache \d+ [36]\.\d+MB$/);
    expect((await engine.call('images.storage', {})).buildBytes).toBeGreaterThan(3_000_000);
    // Where no layer can stay a tar, as on tmpfs, its tree is beside it.
    expect(await docker.text('builder', 'prune', '-f')).toMatch(/Total.*[36]\.\d+MB/);
    expect(await layers()).toBeLessThan(before);
    expect(await buildCache()).toMatch(/^Build Cache \d+ 0B$/);
    expect(await shell(id, 'cat /kept /more')).toBe('kept\nmore');
    await build('pruned');
    expect(missed((await verdicts()).get('RUN echo kept > /kept'))).toEqual([{ kind: 'new' }]);
  });

  test('a cache that a step uses stays when all others go', async () => {
    const use = (id: string, then: string): string =>
      `FROM base\nRUN --mount=type=cache,id=${id},target=/cache echo ${id} > /cache/by && ${then}`;
    await makeContext(folder('cache-done'), use('done', 'true'));
    await build('cache-done');
    await makeContext(
      folder('cache-used'),
      use('used', 'while [ ! -e /cache/go ]; do sleep 0.05; done; cat /cache/by'),
    );
    await using building = estrato.start(['build', '--progress', 'plain', folder('cache-used')]);
    const caches = join(engine.dataRoot, 'build-cache');
    const used = async (): Promise<string> => {
      const names = await readdir(caches);
      const texts = await Promise.all(names.map((name) => readFile(join(caches, name, 'by'), 'utf8').catch(() => '')));
      return names[texts.indexOf('used\n')] ?? '';
    };
    await expect.poll(used).not.toBe('');
    const name = await used();
    expect(JSON.parse(await estrato.text('builds', 'prune', '--all', '--force', '--format', 'json'))).toHaveProperty(
      'freedBytes',
    );
    expect(await readdir(caches)).toEqual([name]);
    await writeFile(join(caches, name, 'go'), '');
    expect(await building.ended).toMatchObject({ code: 0 });
    await estrato.text('builds', 'prune', '--all', '--force');
    expect(await readdir(caches)).toEqual([]);
  });

  test('a build that is killed at any point leaves nothing, and what it had come to is known', async () => {
    const steps = Array.from({ length: 6 }, (_, at) => `RUN echo ${at} > /s${at} && sleep 0.05`).join('\n');
    await makeContext(folder('killed'), `FROM base\n${steps}\nCOPY a /a`, { a: 'a' });
    for (let round = 0; round < 20; round += 1) {
      await writeFile(join(folder('killed'), 'Dockerfile'), `FROM base\nENV R=${round % 4}\n${steps}\nCOPY a /a`);
      // Not our own command: it would start an engine where it finds none.
      const building = docker.run(['build', folder('killed')]).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 150 + ((round * 97) % 700)));
      await engine.restart('SIGKILL');
      await building;
      expect(await docker.text('ps', '-aq')).toBe('');
      expect(await readdir(join(engine.dataRoot, 'tmp'))).toEqual([]);
      expect(await readdir(join(engine.dataRoot, 'snapshots'))).toEqual([]);
      expect(await readdir(join(engine.dataRoot, 'containers'))).toEqual([]);
    }
    const id = await build('killed');
    expect(await shell(id, 'cat /s0 /s5 /a')).toBe('0\n5\na');
  });
});

interface FileServer extends AsyncDisposable {
  readonly url: string;
}

async function startFiles(files: Readonly<Record<string, Buffer>>): Promise<FileServer> {
  const server = createServer(({ url = '' }, answer) => {
    const file = files[url];
    if (file === undefined) answer.writeHead(404).end();
    else answer.end(file);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}
