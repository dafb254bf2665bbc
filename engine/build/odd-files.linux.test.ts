import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { encodeTarHeader, tarPadding, TAR_END } from '#engine/archive/encode-tar.ts';
import { DockerCli, findBuildKitClient } from '#engine/testing/docker-cli.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

import { makeContext } from './testing/make-context.ts';

const run = promisify(execFile);

async function sent(
  engine: TestEngine,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  input: string | Uint8Array,
): Promise<string> {
  const docker = new DockerCli(engine.host, { program: findBuildKitClient() ?? 'docker', env });
  const { code, stdout, stderr } = await docker.run(args, input);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

function tarWith(xattr: string): Buffer {
  const record = { name: 'f', linkName: '', size: 2, mode: 0o644, uid: 0, gid: 0, mtime: 1, major: 0, minor: 0 };
  const header = encodeTarHeader({ ...record, type: 'file' }, new Map([['user.kept', Buffer.from(xattr)]]));
  return Buffer.concat([header, Buffer.from('ok'), tarPadding(2), TAR_END]);
}

describeWith(['root', 'launcher', 'BuildKit client'], 'odd files of contexts', () => {
  test('attributes go along from archives and stages, decide what is cached, and names are bytes', async () => {
    await using engine = await startTestEngine();
    await using dir = await temporaryDirectory('odd');
    const estrato = new EstratoCli(engine);
    const folder = join(dir.path, 'context');
    await mkdir(folder);
    await writeFile(
      join(folder, 'Dockerfile'),
      'FROM scratch AS one\nADD t.tar /\nFROM scratch\nCOPY --from=one /f /g\nCOPY odd* /odd/',
    );
    await writeFile(Buffer.concat([Buffer.from(`${folder}/odd-`), Buffer.of(0xe9)]), 'latin');
    const build = async (xattr: string): Promise<string> => {
      await writeFile(join(folder, 't.tar'), tarWith(xattr));
      return estrato.text('build', '-q', folder);
    };
    const image = await build('one');
    expect(await estrato.text('image', 'stat', image, '/g')).toContain('user.kept');
    const tar = await engine.ask(`/images/${image}/get`);
    expect(tar.status).toBe(200);
    expect(tar.body).toContain('odd/odd-\ufffd');
    expect(tar.body).not.toContain('odd/odd-\ufffd\ufffd');
    expect(await build('one')).toBe(image);
    expect(await build('two')).not.toBe(image);
    const [last] = await engine.call('builds.list', {});
    const verdict = last?.steps.find(({ text }) => text.startsWith('ADD'))?.verdict;
    expect(verdict).toEqual({ kind: 'missed', reasons: [{ kind: 'file', path: '/f', change: 'attributes' }] });
  });

  test('a context has no extended attributes, as with BuildKit, whatever way it comes', async () => {
    await using engine = await startTestEngine();
    await using dir = await temporaryDirectory('attributes');
    const folder = join(dir.path, 'context');
    await makeContext(folder, 'FROM scratch\nCOPY file /', { file: '755:program' });
    await run('setfattr', ['-n', 'user.colour', '-v', 'blue', join(folder, 'file')]);
    const capability = '0x0100000200200000000000000000000000000000';
    await run('setfattr', ['-n', 'security.capability', '-v', capability, join(folder, 'file')]);
    const { stdout: tar } = await run('tar', ['-C', folder, '--xattrs', '--xattrs-include=*', '-c', '.'], {
      encoding: 'buffer',
    });
    expect(tar.includes('SCHILY.xattr.security.capability')).toBe(true);
    const docker = (buildKit: string, source: string, input: string | Uint8Array = ''): Promise<string> =>
      sent(engine, { DOCKER_BUILDKIT: buildKit }, ['build', '--no-cache', '-t', 'way', source], input);
    const estrato = new EstratoCli(engine);
    const ways = [
      () => estrato.text('build', '--no-cache', '-t', 'way', folder),
      () => docker('0', folder),
      () => docker('0', '-', gzipSync(tar)),
      () => docker('1', folder),
    ];
    const layers: string[] = [];
    for (const build of ways) {
      await build();
      layers.push(await sent(engine, {}, ['inspect', '-f', '{{.RootFS.Layers}}', 'way'], ''));
      expect(await estrato.text('image', 'stat', 'way', '/file')).not.toMatch(/user\.colour|capability/);
    }
    expect(new Set(layers)).toHaveLength(1);
  });
});
