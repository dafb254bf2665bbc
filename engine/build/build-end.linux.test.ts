import { writeFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import type { BuildRecord } from '#engine/contract/build.ts';
import { buildScene } from '#engine/testing/build-scene.ts';
import { buildWish } from '#engine/testing/build-wish.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';

import { makeContext } from './testing/make-context.ts';

describeWith(['root', 'launcher', 'busybox'], 'what comes of builds', () => {
  const { engine, estrato, folder } = buildScene('ends');
  const last = async (): Promise<BuildRecord> => {
    const [record] = await engine.call('builds.list', {});
    if (record === undefined) throw new Error('nothing was built');
    return record;
  };

  test('a build is made again with what it was asked for, from the Dockerfile as it is now', async () => {
    const text = 'FROM base\nARG A\nRUN --mount=type=secret,id=token,required=true echo $A > /a\nLABEL now=';
    await makeContext(folder('again'), `${text}one`);
    await writeFile(folder('token'), 'open sesame');
    const secret = ['--secret', `id=token,src=${folder('token')}`];
    await estrato.text(
      'build',
      '-q',
      '-t',
      'again:1',
      '--build-arg',
      'A=given',
      '--label',
      'l=m',
      ...secret,
      folder('again'),
    );
    const { id } = await last();
    const without = await estrato.run(['builds', 'rebuild', id]);
    expect(without.stderr).toContain("The secret token of this build isn't kept; give it again.");
    await makeContext(folder('again'), `${text}two`);
    await estrato.text('builds', 'rebuild', ...secret, id);
    const again = await last();
    expect(again.id).not.toBe(id);
    expect(again.parameters).toMatchObject({
      args: { A: 'given' },
      labels: { l: 'm' },
      tags: ['again:1'],
      secrets: ['token'],
    });
    expect(again.dockerfile).toContain('now=two');
    expect(again.steps.find(({ text: step }) => step.startsWith('RUN'))?.verdict).toEqual({ kind: 'hit' });
  });

  test('what is built is pushed where its tags say, and what is refused is told with the image kept', async () => {
    await using registry = await TestRegistry.start();
    await makeContext(folder('pushed'), 'FROM base\nRUN echo pushed > /pushed');
    const name = `${registry.host}/team/pushed:1`;
    const id = await estrato.text('build', '-q', '--push', '-t', name, folder('pushed'));
    await estrato.text('rmi', '--force', name);
    expect(await estrato.text('pull', name)).toContain(id);
    const refused = await estrato.run(['build', '--push', '-t', '127.0.0.1:1/none/such:1', folder('pushed')]);
    expect(refused.stderr).toContain('127.0.0.1:1/none/such:1 was built and not pushed: ');
    expect(await last()).toMatchObject({ state: 'failed', image: id });
    const nameless = await estrato.run(['build', '--push', folder('pushed')]);
    expect(nameless.stderr).toContain('What is pushed needs a name: give it one with --tag.');
  });

  test('the end says what is shipped and not seen, and what looks like a secret', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\n';
    await makeContext(folder('found'), 'FROM base\nCOPY id.pem /root/id.pem\nCOPY large /large\nRUN rm /large', {
      'id.pem': key,
      large: 'x'.repeat(300_000),
    });
    const { stderr } = await estrato.run(['build', folder('found')]);
    expect(stderr).toContain('Deleted or replaced above, but still shipped: 300kB');
    expect(stderr).toMatch(/removed by layer \d+ +\/large/);
    expect(stderr).toMatch(/private key +\/?root\/id\.pem/);
    // Known from before: said once.
    expect((await estrato.run(['build', folder('found')])).stderr).not.toContain('still shipped');
  });

  test('a step of a build that still goes on can be looked into', async () => {
    await makeContext(
      folder('goes-on'),
      'FROM base\nRUN echo made > /made\nRUN while ! test -e /stop/now; do sleep 0.1; done',
    );
    const wish = buildWish(
      folder('goes-on'),
      'FROM base\nRUN echo made > /made\nRUN --mount=type=cache,target=/stop while ! test -e /stop/now; do sleep 0.1; done',
    );
    const { build } = await engine.call('builds.start', wish);
    await expect.poll(async () => (await last()).steps[1]?.state, { timeout: 15_000 }).toBe('done');
    const image = await estrato.text('builds', 'image', build, '--step', '2');
    expect((await last()).state).toBe('running');
    expect(await estrato.text('image', 'layers', image)).toContain('RUN echo made > /made');
    expect(await estrato.text('image', 'tree', image)).toContain('made');
    await estrato.text('build', '-q', '-f', await stopper(), folder('goes-on'));
    await expect
      .poll(async () => (await engine.call('builds.list', {})).find(({ id }) => id === build)?.state, {
        timeout: 15_000,
      })
      .toBe('done');
    // It is in no list.
    expect(JSON.stringify(await engine.call('images.list', {}))).not.toContain(image);
  });

  async function stopper(): Promise<string> {
    const path = folder('stopper');
    await writeFile(path, 'FROM base\nRUN --mount=type=cache,target=/stop touch /stop/now');
    return path;
  }
});
