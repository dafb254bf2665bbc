import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { afterEach, expect, test } from 'vitest';

import { makeOddTree } from '#engine/testing/odd-tree.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { treeHash } from '#engine/testing/tree-hash.ts';

const SEED = Number(process.env['ESTRATO_SEED'] ?? 20_261_125);
const KILLS = Number(process.env['ESTRATO_KILLS'] ?? 24);
/** Longer than making or restoring a save point of this test takes. */
const MOST_WORK_MS = 260;

/** A linear congruential generator: small, and the same everywhere. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'save points', () => {
  const { engine, docker, image } = storyScene();
  afterEach(async () => {
    await engine.removeContainers();
    await engine.call('volumes.prune', { all: true });
    await engine.call('trash.empty', {});
  });

  const data = (name: string): string => join(engine.dataRoot, 'volumes', name, '_data');
  const make = async (name: string): Promise<string> => {
    await engine.call('volumes.create', { name });
    await makeOddTree(data(name));
    return treeHash(data(name));
  };

  test('what a volume held comes back to the last attribute, and what it held since is a save point too', async () => {
    const before = await make('data');
    const point = await engine.call('volumes.save', { name: 'data', point: 'first', note: 'as it was' });
    expect(point).toMatchObject({ name: 'first', note: 'as it was', files: 12, isAutomatic: false });
    await rm(join(data('data'), 'deep'), { recursive: true });
    await writeFile(join(data('data'), 'file'), 'others');
    const since = await treeHash(data('data'));
    const kept = await engine.call('volumes.restore', { name: 'data', point: 'first' });
    expect(await treeHash(data('data'))).toBe(before);
    expect(kept).toMatchObject({ name: 'before first', isAutomatic: true });
    const names = (await engine.call('volumes.points', { name: 'data' })).map(({ name }) => name);
    expect(names).toEqual(['before first', 'first']);
    await engine.call('volumes.restore', { name: 'data', point: kept.id });
    expect(await treeHash(data('data'))).toBe(since);
  });

  test('a container that runs finds what was restored, without being started anew', async () => {
    const looking = 'while :; do cat /data/file; sleep 0.1; done';
    await engine.call('volumes.create', { name: 'data' });
    await writeFile(join(data('data'), 'file'), 'one\n');
    const id = await docker.text('run', '-d', '-v', 'data:/data', image, 'sh', '-c', looking);
    await engine.call('volumes.save', { name: 'data', point: 'first' });
    await writeFile(join(data('data'), 'file'), 'two\n');
    await expect.poll(() => docker.text('logs', '--tail', '1', id)).toBe('two');
    await engine.call('volumes.restore', { name: 'data', point: 'first' });
    await expect.poll(() => docker.text('logs', '--tail', '1', id)).toBe('one');
    expect(await docker.text('inspect', '-f', '{{.State.Status}}', id)).toBe('running');
    const until = String(Math.ceil(Date.now() / 1000) + 1);
    const since = ['--since', '1', '--until', until, '--filter', `container=${id}`];
    const events = await docker.text('events', ...since, '--format', '{{.Action}}');
    expect(events.split('\n').filter((action) => action.endsWith('pause'))).toEqual([
      'pause',
      'unpause',
      'pause',
      'unpause',
    ]);
  });

  test('a container that was paused stays so', async () => {
    const id = await docker.text('run', '-d', '-v', 'data:/data', image, 'sleep', '1000');
    await docker.text('pause', id);
    await engine.call('volumes.save', { name: 'data' });
    expect(await docker.text('inspect', '-f', '{{.State.Status}}', id)).toBe('paused');
  });

  test('a container that has a part of the volume mounted by itself is in the way of a restore', async () => {
    await engine.call('volumes.create', { name: 'data' });
    await mkdir(join(data('data'), 'part'));
    const part = { Type: 'volume', Source: 'data', Target: '/part', VolumeOptions: { Subpath: 'part' } };
    const body = { Image: image, Cmd: ['sleep', '1000'], HostConfig: { Mounts: [part] } };
    await engine.ask('/containers/create?name=user', { method: 'POST', body });
    await docker.text('start', 'user');
    await engine.call('volumes.save', { name: 'data', point: 'first' });
    await expect(engine.call('volumes.restore', { name: 'data', point: 'first' })).rejects.toThrow(
      'The container user runs with a part of the volume data; stop it',
    );
    await docker.text('stop', '-t', '0', 'user');
    await engine.call('volumes.restore', { name: 'data', point: 'first' });
  });

  test('what has changed since is told by path and by bytes', async () => {
    await engine.call('volumes.create', { name: 'data' });
    const file = (name: string, text: string): Promise<void> => writeFile(join(data('data'), name), text);
    await mkdir(join(data('data'), 'dir/in'), { recursive: true });
    for (const name of ['same', 'rewritten', 'changed', 'gone', 'dir/in/gone']) await file(name, 'words');
    await engine.call('volumes.save', { name: 'data', point: 'first' });
    await file('rewritten', 'words');
    await file('changed', 'other words');
    await file('new', 'new');
    await rm(join(data('data'), 'gone'));
    await rm(join(data('data'), 'dir/in'), { recursive: true });
    const comparison = await engine.call('volumes.compare', { name: 'data', from: 'first' });
    expect(comparison).toMatchObject({
      added: 1,
      changed: 1,
      touched: 1,
      removed: 3,
      bytes: 6 + 3 - 10,
      isWhole: true,
    });
    expect(comparison.changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'changed changed',
      'removed dir/in',
      'removed dir/in/gone',
      'removed gone',
      'added new',
      'touched rewritten',
    ]);
    await engine.call('volumes.save', { name: 'data', point: 'second' });
    const between = await engine.call('volumes.compare', { name: 'data', from: 'first', to: 'second' });
    expect(between).toEqual(comparison);
  });

  test('a clone holds the same, of now or of a save point', async () => {
    const before = await make('data');
    await engine.call('volumes.save', { name: 'data', point: 'first' });
    await writeFile(join(data('data'), 'file'), 'others');
    await engine.call('volumes.clone', { name: 'data', to: 'now' });
    await engine.call('volumes.clone', { name: 'data', to: 'then', point: 'first' });
    expect(await treeHash(data('now'))).toBe(await treeHash(data('data')));
    expect(await treeHash(data('then'))).toBe(before);
    await expect(engine.call('volumes.clone', { name: 'data', to: 'now' })).rejects.toThrow('There is a volume now');
  });

  test('save points go into the trash with their volume and come back with it', async () => {
    await make('data');
    await engine.call('volumes.save', { name: 'data', point: 'first' });
    const before = await treeHash(join(engine.dataRoot, 'volumes', 'data'));
    const { trash } = await engine.call('volumes.remove', { name: 'data' });
    await engine.call('trash.restore', { id: trash });
    expect(await treeHash(join(engine.dataRoot, 'volumes', 'data'))).toBe(before);
    await engine.call('volumes.forget', { name: 'data', point: 'first' });
    expect(await engine.call('volumes.points', { name: 'data' })).toEqual([]);
    expect(await readdir(join(engine.dataRoot, 'volumes', 'data', 'points'))).toEqual([]);
  });

  test('a volume whose data is elsewhere has none, and unknown ones are named', async () => {
    const options = { type: 'tmpfs', device: 'tmpfs' };
    await engine.call('volumes.create', { name: 'memory', options });
    await expect(engine.call('volumes.save', { name: 'memory' })).rejects.toThrow('is elsewhere (tmpfs tmpfs)');
    await expect(engine.call('volumes.save', { name: 'none' })).rejects.toThrow('no such volume');
    await engine.call('volumes.create', { name: 'data' });
    await expect(engine.call('volumes.restore', { name: 'data', point: 'x' })).rejects.toThrow(
      'The volume data has no save point x.',
    );
  });

  test(
    `killed ${KILLS} times over making and restoring, all or nothing has happened`,
    { timeout: 300_000 },
    async () => {
      const random = randomOf(SEED);
      await make('data');
      const id = await docker.text('run', '-d', '-v', 'data:/data', image, 'sleep', '100000');
      await engine.call('volumes.save', { name: 'data', point: 'first' });
      const hashes = { first: await treeHash(data('data')), now: '' };
      await writeFile(join(data('data'), 'mark'), 'since');
      hashes.now = await treeHash(data('data'));
      for (let kill = 0; kill < KILLS; kill += 1) {
        const isRestore = kill % 3 > 0;
        const known = (await engine.call('volumes.points', { name: 'data' })).length;
        const working = isRestore
          ? engine.call('volumes.restore', { name: 'data', point: 'first' })
          : engine.call('volumes.save', { name: 'data' });
        const over = working.catch(() => undefined);
        await wait(random(MOST_WORK_MS));
        await engine.kill('SIGKILL');
        await over;
        await engine.start();
        const points = await engine.call('volumes.points', { name: 'data' });
        const [newest] = points;
        const found = await treeHash(data('data'));
        const said = `kill ${kill} in ${SEED}`;
        if (points.length > known && newest !== undefined) {
          const pointPath = join(engine.dataRoot, 'volumes', 'data', 'points', newest.id, 'data');
          expect(await treeHash(pointPath), said).toBe(hashes.now);
          expect(found, said).toBe(isRestore ? hashes.first : hashes.now);
        } else expect(found, said).toBe(hashes.now);
        expect((await readdir(join(engine.dataRoot, 'volumes', 'data'))).toSorted(), said).toEqual(['_data', 'points']);
        expect(await docker.text('inspect', '-f', '{{.State.Status}}', id), said).toBe('running');
        expect(
          await readFile(`/proc/${await docker.text('inspect', '-f', '{{.State.Pid}}', id)}/stat`, 'utf8'),
        ).toMatch(/ S /);
        if (newest !== undefined && points.length > known && isRestore) {
          await engine.call('volumes.restore', { name: 'data', point: newest.id });
        }
      }
    },
  );
});
