import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';
import { z } from 'zod';

import { buildScene, forTheSuite } from '#engine/testing/build-scene.ts';
import { startDebianRegistry } from '#engine/testing/debian-registry.ts';
import { describeWith } from '#engine/testing/requires.ts';

import { makeContext } from './testing/make-context.ts';

const run = promisify(execFile);
const rawIndex = z.object({
  manifests: z.array(
    z.object({ digest: z.string(), platform: z.object({ os: z.string(), architecture: z.string() }) }),
  ),
});

describeWith(['root', 'launcher', 'busybox', 'registry'], 'an index of several platforms', () => {
  const { engine, estrato, folder } = buildScene('platforms');
  const registry = forTheSuite(() => startDebianRegistry());
  const BOTH = ['--platform', 'linux/arm64,linux/amd64'] as const;

  test('holds an image for each, and its name is the one for this machine here', async () => {
    const name = `${registry().host}/team/both:1`;
    await makeContext(
      folder('both'),
      [
        'FROM --platform=$BUILDPLATFORM base AS tools',
        'ARG TARGETARCH',
        'RUN echo made on $(uname -m) for $TARGETARCH > /made',
        'FROM scratch',
        'ARG TARGETPLATFORM TARGETOS TARGETARCH BUILDPLATFORM',
        'COPY --from=tools /made /made',
        'COPY $TARGETARCH.txt /own',
        'ENV WHERE=$TARGETPLATFORM',
      ].join('\n'),
      { 'arm64.txt': 'for arm64', 'amd64.txt': 'for amd64' },
    );
    const built = await estrato.run(['build', ...BOTH, '-t', name, folder('both')]);
    expect(built.code, built.stderr).toBe(0);
    expect(built.stderr).toContain('[linux/arm64 1 ');
    expect(await estrato.text('image', 'cat', name, '/own')).toBe(process.arch === 'arm64' ? 'for arm64' : 'for amd64');
    await estrato.text('push', '--all-platforms', name);
    const { stdout } = await run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${name}`]);
    expect(rawIndex.parse(JSON.parse(stdout)).manifests.map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'arm64' },
      { os: 'linux', architecture: 'amd64' },
    ]);
    for (const architecture of ['arm64', 'amd64']) {
      const at = folder(architecture);
      const from = ['--override-arch', architecture, 'copy', '--src-tls-verify=false', `docker://${name}`];
      await run('skopeo', ['--insecure-policy', ...from, `oci:${at}:x`]);
      expect(await configOf(at)).toMatchObject({
        architecture,
        config: { Env: [expect.any(String), `WHERE=linux/${architecture}`] },
      });
    }
  });

  test('is the same again for the same inputs', async () => {
    await makeContext(folder('again'), 'FROM scratch\nARG TARGETARCH\nCOPY a /$TARGETARCH', { a: 'a' });
    const indexOf = async (tag: string): Promise<unknown> => {
      await estrato.text(
        'build',
        '-q',
        ...BOTH,
        '--no-cache',
        '--build-arg',
        'SOURCE_DATE_EPOCH=1',
        '-t',
        tag,
        folder('again'),
      );
      return (await engine.call('images.attestations', { image: tag })).index;
    };
    const first = await indexOf('again:1');
    expect(first).toMatch(/^sha256:/);
    expect(await indexOf('again:2')).toBe(first);
  });

  test('what was removed of it takes nothing that others need, and leaves nothing', async () => {
    await makeContext(folder('gone'), 'FROM scratch\nARG TARGETARCH\nCOPY a /gone-$TARGETARCH', { a: 'a' });
    await estrato.text('build', '-q', ...BOTH, '-t', 'gone:1', '-t', 'kept:1', folder('gone'));
    await estrato.text('rmi', 'gone:1');
    await engine.restart();
    const { index } = await engine.call('images.attestations', { image: 'kept:1' });
    expect(index).toMatch(/^sha256:/);
    expect(await estrato.text('image', 'tree', 'kept:1')).toContain('gone-');
    const blob = join(engine.dataRoot, 'blobs/sha256', (index ?? '').slice('sha256:'.length));
    expect(existsSync(blob)).toBe(true);
    await estrato.text('rmi', 'kept:1');
    await estrato.text('trash', 'empty');
    await engine.restart();
    expect(existsSync(blob)).toBe(false);
  });

  test('a step of a platform that nothing here runs is refused before any other', async () => {
    await makeContext(
      folder('foreign'),
      'FROM --platform=$BUILDPLATFORM base\nRUN touch /ran\nFROM scratch\nCOPY a /\nRUN a',
      { a: '' },
    );
    const { code, stderr } = await estrato.run([
      'build',
      '--platform',
      'linux/amd64,linux/s390x',
      '-t',
      'f:1',
      folder('foreign'),
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/line 5: RUN for linux\/s390x needs a binfmt_misc handler for s390x/);
    expect(stderr).not.toContain('#1 ');
  });

  async function configOf(layout: string): Promise<unknown> {
    const read = async (digest: string): Promise<unknown> =>
      JSON.parse(await readFile(join(layout, 'blobs/sha256', digest.slice('sha256:'.length)), 'utf8'));
    const { manifests } = z
      .object({ manifests: z.array(z.object({ digest: z.string() })) })
      .parse(JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')));
    const { config } = z
      .object({ config: z.object({ digest: z.string() }) })
      .parse(await read(manifests[0]?.digest ?? ''));
    return read(config.digest);
  }
});
