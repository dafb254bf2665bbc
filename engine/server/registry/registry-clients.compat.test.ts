import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { ociArchive } from '#engine/testing/archive-fixture.ts';
import { DockerCli } from '#engine/testing/docker-cli.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { blobsOf, makeImage, makeImageOf, makeIndex, type IndexFixture } from '#engine/testing/image-fixture.ts';
import { PodmanImages, startDockerDaemon, type DockerDaemon } from '#engine/testing/other-engines.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const run = promisify(execFile);
const ID = ['image', 'inspect', '-f', '{{.Id}}'] as const;
const READY = /estrato registry ready on (https?):\/\/(\S+) \(/;

describeWith(
  ['root', 'launcher', 'busybox', 'docker client', 'dockerd', 'podman', 'registry'],
  'estrato registry',
  () => {
    const owned = new AsyncDisposableStack();
    let engine: TestEngine;
    let estrato: EstratoCli;
    let ours: DockerCli;
    let dockerd: DockerDaemon;
    let podman: PodmanImages;
    let dir = '';
    let host = '';
    beforeAll(async () => {
      dir = owned.use(await temporaryDirectory('registry')).path;
      dockerd = owned.use(await startDockerDaemon(join(dir, 'docker')));
      podman = await PodmanImages.at(join(dir, 'podman'));
      engine = owned.use(await startTestEngine());
      estrato = new EstratoCli(engine);
      ours = new DockerCli(engine.host);
      // One that is kept uncompressed, and one that came with its manifest.
      await engine.loadStory('story:1.0');
      const image = await makeImage([[{ name: 'one', body: '1' }], [{ name: 'two', body: '2' }]]);
      await engine.load(await ociArchive({ image, names: ['team/app:1'] }));
      const registry = owned.use(estrato.start(['registry', '--listen', '127.0.0.1:0', '--push']));
      host = (await registry.until(READY))[2] ?? '';
    }, 120_000);
    afterAll(() => owned.disposeAsync());

    const skopeo = async (...args: readonly string[]): Promise<string> =>
      (await run('skopeo', ['--insecure-policy', ...args])).stdout.trim();

    test.each(['story:1.0', 'team/app:1'])(
      'docker, podman and skopeo pull %s, and have the same image',
      async (name) => {
        const id = await ours.text(...ID, name);
        await dockerd.cli.text('pull', `${host}/${name}`);
        expect(await dockerd.cli.text(...ID, `${host}/${name}`)).toBe(id);
        await podman.text('pull', '-q', '--tls-verify=false', `${host}/${name}`);
        expect(`sha256:${await podman.text(...ID, `${host}/${name}`)}`).toBe(id);
        const at = `dir:${dir}/${name.replaceAll(/\W/g, '-')}`;
        await skopeo('copy', '--src-tls-verify=false', `docker://${host}/${name}`, at);
        expect(
          await skopeo('inspect', '--format', '{{.Digest}}', '--tls-verify=false', `docker://${host}/${name}`),
        ).toBe(await skopeo('inspect', '--format', '{{.Digest}}', at));
      },
    );

    test('what docker pushes is an image here that runs', async () => {
      const pushed = `${host}/by/docker:1`;
      await dockerd.cli.text('pull', `${host}/story:1.0`);
      await dockerd.cli.text('tag', `${host}/story:1.0`, pushed);
      expect(await dockerd.cli.text('push', pushed)).toMatch(/1: digest: sha256:[0-9a-f]{64} size: \d+/);
      expect(await ours.text(...ID, 'by/docker:1')).toBe(await dockerd.cli.text(...ID, pushed));
      expect(await ours.text('run', '--rm', 'by/docker:1', 'hello')).toBe('greeting = hello from the third layer');
    });

    test('what podman and skopeo push is an image here, and comes back with the same digest', async () => {
      const podmans = `${host}/by/podman:1`;
      await podman.text('pull', '-q', '--tls-verify=false', `${host}/team/app:1`);
      await podman.text('tag', `${host}/team/app:1`, podmans);
      await podman.text('push', '-q', '--tls-verify=false', podmans);
      expect(await ours.text(...ID, 'by/podman:1')).toBe(await ours.text(...ID, 'team/app:1'));

      await using other = await startTestEngine();
      await using registry = new EstratoCli(other).start(['registry', '--listen', '127.0.0.1:0', '--push']);
      const there = (await registry.until(READY))[2] ?? '';
      const digest = await skopeo(
        'inspect',
        '--format',
        '{{.Digest}}',
        '--tls-verify=false',
        `docker://${host}/team/app:1`,
      );
      const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
      await skopeo('copy', ...insecure, `docker://${host}/team/app:1`, `docker://${there}/by/skopeo:1`);
      expect(
        await skopeo('inspect', '--format', '{{.Digest}}', '--tls-verify=false', `docker://${there}/by/skopeo:1`),
      ).toBe(digest);
      expect(await new DockerCli(other.host).text(...ID, 'by/skopeo:1')).toBe(await ours.text(...ID, 'team/app:1'));
    });

    test('an index that skopeo pushes comes back with the same digest, and docker pulls its image', async () => {
      const layout = join(dir, 'multi');
      const foreign = await makeImageOf(1, { platform: { os: 'linux', architecture: 's390x' } });
      await writeLayout(layout, makeIndex([foreign, await makeImageOf(2)]));
      await skopeo('copy', '--all', '--dest-tls-verify=false', `oci:${layout}`, `docker://${host}/by/multi:1`);
      const at = `dir:${join(dir, 'multi-back')}`;
      await skopeo('copy', '--all', '--src-tls-verify=false', `docker://${host}/by/multi:1`, at);
      const raw = async (from: string): Promise<string> =>
        (await run('skopeo', ['inspect', '--raw', ...from.split(' ')])).stdout;
      expect(await raw(at)).toBe(await raw(`--tls-verify=false docker://${host}/by/multi:1`));
      await dockerd.cli.text('pull', `${host}/by/multi:1`);
      expect(await dockerd.cli.text(...ID, `${host}/by/multi:1`)).toBe(await ours.text(...ID, 'by/multi:1'));
    });

    test('another Estrato pulls from it', async () => {
      await using other = await startTestEngine();
      const docker = new DockerCli(other.host);
      await docker.text('pull', `${host}/story:1.0`);
      expect(await docker.text(...ID, `${host}/story:1.0`)).toBe(await ours.text(...ID, 'story:1.0'));
    });

    test('with a certificate and a password, whoever has both is served, on any address', async () => {
      const [key, cert, password] = ['key.pem', 'ca/ca.crt', 'password'].map((name) => join(dir, name));
      await mkdir(join(dir, 'ca'));
      const subject = ['-subj', '/CN=registry.test', '-addext', 'subjectAltName=IP:127.0.0.1'];
      const files = ['-keyout', key ?? '', '-out', cert ?? ''];
      await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject]);
      await writeFile(password ?? '', 'secret\n');
      const tls = ['--tls-cert', cert ?? '', '--tls-key', key ?? ''];
      const login = ['--username', 'me', '--password-file', password ?? ''];
      await using registry = estrato.start(['registry', '--listen', '127.0.0.1:0', ...tls, ...login]);
      const [, scheme, at = ''] = await registry.until(READY);
      expect(scheme).toBe('https');
      const from = `docker://${at}/team/app:1`;
      const to = `dir:${dir}/secret`;
      await expect(skopeo('copy', '--src-cert-dir', join(dir, 'ca'), from, to)).rejects.toThrow(
        /authentication required|unauthorized/,
      );
      await skopeo('copy', '--src-cert-dir', join(dir, 'ca'), '--src-creds', 'me:secret', from, to);
      const refused = await estrato.run(['registry', '--listen', '0.0.0.0:0', ...login]);
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('give a certificate and its key')]);
    });

    test('it ends with its command', async () => {
      const registry = estrato.start(['registry', '--listen', '127.0.0.1:0']);
      const at = (await registry.until(READY))[2] ?? '';
      expect((await fetch(`http://${at}/v2/`)).status).toBe(200);
      registry.kill('SIGINT');
      expect(await registry.ended).toMatchObject({ code: 0, stderr: '' });
      await expect(fetch(`http://${at}/v2/`)).rejects.toThrow();
    });
  },
);

/** An OCI image layout (image-layout.md) whose only entry is the index. */
async function writeLayout(path: string, { index, images }: IndexFixture): Promise<void> {
  await mkdir(join(path, 'blobs/sha256'), { recursive: true });
  await writeFile(join(path, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(path, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [index.descriptor] }));
  for (const { descriptor, bytes } of [index, ...images.flatMap((image) => [image.manifest, ...blobsOf(image)])]) {
    await writeFile(join(path, 'blobs/sha256', descriptor.digest.slice('sha256:'.length)), bytes);
  }
}
