import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'docker prune', () => {
  const { engine, docker, image } = storyScene();

  const names = async (): Promise<string[]> =>
    (await docker.text('ps', '-a', '--format', '{{.Names}}')).split('\n').filter((name) => name !== '');

  test('containers that do not run go, with what they have written', async () => {
    await docker.text('run', '-d', '--name', 'running', image, 'sleep', '1000');
    await docker.text('run', '-d', '--name', 'paused', image, 'sleep', '1000');
    await docker.text('pause', 'paused');
    await docker.text('create', '--name', 'created', image);
    await docker.text('run', '--name', 'ended', image, 'sh', '-c', 'head -c 3000000 /dev/zero > /file');
    const said = await docker.text('container', 'prune', '-f');
    expect(said).toContain('Total reclaimed space: 3MB');
    expect((await names()).toSorted()).toEqual(['paused', 'running']);
  });

  test('by label and age only those that are meant', async () => {
    await docker.text('run', '--name', 'kept', '--label', 'keep=yes', image, 'true');
    await docker.text('run', '--name', 'gone', '--label', 'keep=no', image, 'true');
    await docker.text('container', 'prune', '-f', '--filter', 'until=1h');
    expect(await names()).toHaveLength(2);
    await docker.text('container', 'prune', '-f', '--filter', 'label!=keep=yes');
    expect(await names()).toEqual(['kept']);
    expect((await docker.run(['container', 'prune', '-f', '--filter', 'until=soon'])).code).toBe(1);
    await docker.text('container', 'prune', '-f', '--filter', 'label=keep', '--filter', 'until=0s');
    expect(await names()).toEqual([]);
  });

  test('images that nobody uses go, those without a name alone unless it is all', async () => {
    await docker.text('run', '--name', 'user', image, 'true');
    await docker.text('image', 'prune', '-af');
    expect(await docker.text('images', '-q')).not.toBe('');
    await docker.text('rm', 'user');
    await docker.text('image', 'prune', '-f');
    expect(await docker.text('images', '-q')).not.toBe('');
    // What containers in the trash need would stay.
    await engine.call('trash.empty', {});
    const said = await docker.text('image', 'prune', '-af');
    expect(said).toMatch(/untagged: story:1\.0/);
    expect(said).toMatch(/Total reclaimed space: [1-9]/);
    expect(await docker.text('images', '-q')).toBe('');
    await engine.loadStory();
  });

  test('system prune does all of it', async () => {
    await docker.text('run', '--name', 'ended', image, 'true');
    expect(await docker.text('system', 'prune', '-af')).toContain('Deleted Containers:');
    expect(await names()).toEqual([]);
    expect(await docker.text('images', '-q')).toBe('');
    await engine.loadStory();
  });
});
