import { expect, test } from 'vitest';

import type { ContainerProcess } from '#engine/contract/process.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

import { connectEngine } from './connect-engine.ts';

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'the processes of a container', () => {
  const { engine, docker, image } = storyScene();

  async function until(
    isAsWanted: (processes: readonly ContainerProcess[]) => boolean,
  ): Promise<readonly ContainerProcess[]> {
    using connection = await connectEngine(engine.socketPath);
    for await (const processes of connection.client.stream('containers.processes', { id: 'box' })) {
      if (isAsWanted(processes)) return processes;
    }
    throw new Error('The container was removed.');
  }

  test('are told as the machine and as the container see them, with whose they are', async () => {
    await docker.text('run', '-d', '--name', 'box', image, 'sh', '-c', 'sleep 1001 & sleep 1002 & wait');
    // Between its fork and its exec a child is still called what its parent is.
    const found = await until((all) => all.filter(({ command }) => command.startsWith('sleep')).length === 2);
    expect(found).toHaveLength(3);
    const first = found.find(({ innerPid }) => innerPid === 1);
    expect(first).toMatchObject({ user: 'root', command: 'sh -c sleep 1001 & sleep 1002 & wait' });
    const sleeping = found.filter(({ command }) => command.startsWith('sleep'));
    expect(sleeping.map(({ parentPid }) => parentPid)).toEqual([first?.pid, first?.pid]);
    expect(sleeping.map(({ innerPid }) => innerPid).every((pid) => pid > 1 && pid < 100)).toBe(true);
  });

  test('one of them is killed, and no other', async () => {
    await docker.text('run', '-d', '--name', 'box', image, 'sh', '-c', 'sleep 1001 & sleep 1002 & wait');
    // Between its fork and its exec a child is still called what its parent is.
    const found = await until(
      (processes) => processes.filter(({ command }) => command.startsWith('sleep')).length === 2,
    );
    const victim = found.find(({ command }) => command === 'sleep 1001');
    if (victim === undefined) throw new Error('It is not there.');
    using connection = await connectEngine(engine.socketPath);
    const { client } = connection;
    const { pid, startedAt } = victim;
    const kill = (params: { pid: number; startedAt: number }) =>
      client.call('containers.killProcess', { id: 'box', signal: 'SIGKILL', ...params });
    // Its number is somebody else's by then.
    await expect(kill({ pid, startedAt: startedAt - 10 })).rejects.toMatchObject({ code: 'not-found' });
    await expect(kill({ pid: process.pid, startedAt })).rejects.toMatchObject({ code: 'not-found' });
    await kill({ pid, startedAt });
    const left = await until((processes) => processes.every((one) => one.pid !== pid || one.state === 'Z'));
    expect(left.some(({ command }) => command === 'sleep 1002')).toBe(true);
  });

  test('of one that has ended are none', async () => {
    await docker.text('run', '--name', 'box', image, 'true');
    expect(await until(() => true)).toEqual([]);
  });
});
