import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { DockerCli } from '#engine/testing/docker-cli.ts';
import { startDockerDaemon } from '#engine/testing/other-engines.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine } from '#engine/testing/test-engine.ts';

import { corpus, type CorpusCase } from './testing/corpus.ts';
import { makeContext } from './testing/make-context.ts';

const run = promisify(execFile);

/** What two builders have to agree about; Docker's own leaves out what is empty. */
const FACTS = [
  'Env',
  'Cmd',
  'Entrypoint',
  'WorkingDir',
  'User',
  'Labels',
  'ExposedPorts',
  'Volumes',
  'OnBuild',
  'StopSignal',
  'Shell',
  'Healthcheck',
];

const documents = z.record(z.string(), z.unknown());

/** Mode, owner, size, kind, link and contents of everything in an image, by its export. */
const LISTING = String.raw`
mkdir root && tar -xpf image.tar -C root --numeric-owner && cd root
# What an engine puts in a container's way is none of the image's.
rm -rf proc sys dev .dockerenv etc/hosts etc/hostname etc/resolv.conf etc/mtab
find . -mindepth 1 -printf '%y %m %U:%G %P -> %l\n' | LC_ALL=C sort
find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
`;

describeWith(
  ['root', 'launcher', 'busybox', 'docker client', 'dockerd'],
  'builds compared with what dockerd makes',
  () => {
    const stack = new AsyncDisposableStack();
    let dir: TemporaryDirectory;
    let ours: DockerCli;
    let theirs: DockerCli;

    beforeAll(async () => {
      dir = stack.use(await temporaryDirectory('compared'));
      const engine = stack.use(await startTestEngine());
      const daemon = stack.use(await startDockerDaemon(join(dir.path, 'dockerd'), 'overlay2'));
      ours = new DockerCli(engine.host);
      theirs = daemon.cli;
      const base = await dockerArchive({ image: await makeStoryImage(), names: ['base:latest'] });
      await engine.load(base);
      const loaded = await theirs.run(['load'], base);
      expect(loaded.code, loaded.stderr).toBe(0);
    });
    afterAll(() => stack.disposeAsync());

    async function built(docker: DockerCli, folder: string, { args = {}, target }: CorpusCase): Promise<string> {
      const options = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
      // Classic on both sides; a daemon without a bridge has no other network.
      const words = [
        'build',
        '-q',
        '--network',
        'none',
        ...options,
        ...(target === undefined ? [] : ['--target', target]),
        folder,
      ];
      const { code, stdout, stderr } = await docker.run(words);
      if (code !== 0) throw new Error(`${folder}: ${stdout}${stderr}`);
      return stdout.trim().split('\n').at(-1) ?? '';
    }

    async function facts(docker: DockerCli, image: string): Promise<Record<string, unknown>> {
      const config = documents.parse(
        JSON.parse(await docker.text('image', 'inspect', '--format', '{{json .Config}}', image)),
      );
      const isThere = (value: unknown): boolean =>
        value !== null &&
        value !== undefined &&
        value !== '' &&
        !(typeof value === 'object' && Object.keys(value).length === 0);
      return Object.fromEntries(FACTS.flatMap((name) => (isThere(config[name]) ? [[name, config[name]]] : [])));
    }

    async function tree(docker: DockerCli, image: string, place: string): Promise<string> {
      const container = await docker.text('create', '--network', 'none', image, 'x');
      await run('mkdir', ['-p', place]);
      await docker.text('export', '-o', join(place, 'image.tar'), container);
      await docker.text('rm', '-f', container);
      const { stdout } = await run('bash', ['-ec', LISTING], { cwd: place, maxBuffer: 64 * 1024 * 1024 });
      await run('rm', ['-r', place]);
      return stdout;
    }

    test.each(Object.entries(corpus))('%s', async (name, one) => {
      const folder = join(dir.path, name.replaceAll(/\W/g, '-'));
      await makeContext(folder, one.dockerfile, one.files);
      const [mine, yours] = await Promise.all([built(ours, folder, one), built(theirs, folder, one)]);
      expect(await facts(ours, mine)).toEqual(await facts(theirs, yours));
      const [myTree, yourTree] = [
        await tree(ours, mine, `${folder}.ours`),
        await tree(theirs, yours, `${folder}.theirs`),
      ];
      expect(myTree).toBe(yourTree);
      // The same again, all of it known.
      expect(await built(ours, folder, one)).toBe(mine);
    });
  },
);
