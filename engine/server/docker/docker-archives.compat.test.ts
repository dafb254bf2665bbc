import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { PodmanImages, startDockerDaemon, type DockerDaemon } from '#engine/testing/other-engines.ts';
import { ociArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const run = promisify(execFile);
const ID = ['image', 'inspect', '-f', '{{.Id}}'] as const;

describeWith(
  ['root', 'launcher', 'busybox', 'docker client', 'dockerd', 'podman', 'registry'],
  'images as archives',
  () => {
    const owned = new AsyncDisposableStack();
    let engine: TestEngine;
    let docker: DockerCli;
    let estrato: EstratoCli;
    let dockerd: DockerDaemon;
    let podman: PodmanImages;
    let dir: string;
    beforeAll(async () => {
      dir = owned.use(await temporaryDirectory('archives')).path;
      dockerd = owned.use(await startDockerDaemon(join(dir, 'docker')));
      podman = await PodmanImages.at(join(dir, 'podman'));
      engine = owned.use(await startTestEngine());
      docker = new DockerCli(engine.host);
      estrato = new EstratoCli(engine);
      await engine.loadStory('story:1.0');
      const image = await makeImage([[{ name: 'one', body: '1' }], [{ name: 'two', body: '2' }]]);
      await engine.load(await ociArchive({ image, names: ['team/pulled:1'] }));
    }, 120_000);
    afterAll(() => owned.disposeAsync());

    const skopeo = (...args: readonly string[]): Promise<unknown> => run('skopeo', ['--insecure-policy', ...args]);

    test.each(['story:1.0', 'team/pulled:1'])(
      'docker save of %s is what Docker, podman and skopeo read',
      async (name) => {
        const path = join(dir, 'saved.tar');
        await docker.text('save', '-o', path, name);
        const id = await docker.text(...ID, name);
        expect(await dockerd.cli.text('load', '-i', path)).toBe(`Loaded image: ${name}`);
        expect(await dockerd.cli.text(...ID, name)).toBe(id);
        await podman.text('load', '-q', '-i', path);
        expect(`sha256:${await podman.text(...ID, name)}`).toBe(id);
        await skopeo('copy', `docker-archive:${path}:${name}`, `dir:${dir}/${name.replace(/\W/g, '-')}`);
      },
    );

    test('several images and all tags of a name come as one archive, and back from Docker with the same ids', async () => {
      await docker.text('tag', 'story:1.0', 'story:2.0');
      const path = join(dir, 'several.tar');
      await docker.text('save', '-o', path, 'story', 'team/pulled:1');
      const said = await dockerd.cli.text('load', '-i', path);
      expect(said.split('\n').toSorted()).toEqual(
        ['story:1.0', 'story:2.0', 'team/pulled:1'].map((name) => `Loaded image: ${name}`),
      );
      const back = join(dir, 'back.tar');
      await dockerd.cli.text('save', '-o', back, 'story:2.0', 'team/pulled:1');
      await using other = await startTestEngine();
      const otherDocker = new DockerCli(other.host);
      await otherDocker.text('load', '-q', '-i', back);
      for (const name of ['story:2.0', 'team/pulled:1']) {
        expect(await otherDocker.text(...ID, name)).toBe(await docker.text(...ID, name));
      }
    });

    test("a folder in OCI's layout has the blobs that skopeo makes, and is read by podman", async () => {
      const registry = join(dir, 'by-skopeo');
      const image = join(dir, 'oci.tar');
      await estrato.text('save', '--format', 'oci', '-o', image, 'team/pulled:1');
      await skopeo('copy', `oci-archive:${image}:1`, `oci:${registry}:1`);
      await estrato.text('save', '--format', 'oci', '-o', `${dir}/ours/`, 'team/pulled:1');
      const blobs = async (folder: string): Promise<readonly string[]> =>
        (await readdir(`${folder}/blobs/sha256`)).toSorted();
      expect(await blobs(`${dir}/ours`)).toEqual(await blobs(registry));
      for (const name of await blobs(registry)) {
        const [ours, theirs] = await Promise.all(
          [`${dir}/ours`, registry].map((at) => readFile(`${at}/blobs/sha256/${name}`)),
        );
        expect(ours?.equals(theirs ?? Buffer.alloc(0))).toBe(true);
      }
      await podman.text('load', '-q', '-i', image);
      expect(`sha256:${await podman.text(...ID, 'docker.io/team/pulled:1')}`).toBe(
        await docker.text(...ID, 'team/pulled:1'),
      );
      await using other = await startTestEngine();
      expect(await new EstratoCli(other).text('load', `${dir}/ours`)).toBe('Loaded team/pulled:1');
    });

    test('a folder with something in it stays as it is', async () => {
      const { code, stderr } = await estrato.run(['save', '-o', dir, 'team/pulled:1']);
      expect(code).toBe(1);
      expect(stderr).toContain('has something in it; name a new one.');
    });

    test("docker save of a name that nobody has fails in Docker's words", async () => {
      const { code, stderr } = await docker.run(['save', '-o', join(dir, 'none.tar'), 'nobody:1']);
      expect(code).toBe(1);
      expect(stderr).toContain('No such image: nobody:1');
    });

    test('docker import makes an image of a tar, from a pipe and from an address', async () => {
      const tar = await tarOf({ name: 'etc/', type: 'directory' }, { name: 'etc/motd', body: 'hello' });
      const piped = await docker.run(['import', '-c', 'CMD ["sh"]', '-m', 'by hand', '-', 'imported:1'], tar);
      expect(piped.code).toBe(0);
      expect(piped.stdout.trim()).toBe(await docker.text(...ID, 'imported:1'));
      expect(await docker.text('image', 'inspect', '-f', '{{json .Config.Cmd}} {{.Comment}}', 'imported:1')).toBe(
        '["sh"] by hand',
      );
      const server = createServer((_, response) => response.end(tar)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      await docker.text('import', `http://127.0.0.1:${port}/root.tar`, 'imported:2');
      server.close();
      const layers = (name: string): Promise<string> =>
        docker.text('image', 'inspect', '-f', '{{json .RootFS.Layers}}', name);
      expect(await layers('imported:2')).toBe(await layers('imported:1'));
    });

    test('estrato import does the same', async () => {
      const path = join(dir, 'root.tar');
      await writeFile(path, await tarOf({ name: 'file', body: 'x' }));
      const id = await estrato.text('import', path, 'by-estrato:1', '-c', 'ENV A=b');
      expect(await docker.text(...ID, 'by-estrato:1')).toBe(id);
    });
  },
);
