import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { EstratoRuntime } from './estrato-runtime.ts';
import { collect, commandOf, Listener, makeBox, startBox, type Box } from './testing/busybox-container.ts';
import { cgroupsOf, hostMountsOf, processesWith, shimOf } from './testing/host-traces.ts';

const machine = { launcherPath, busyboxPath };
const typing = { replay: true, stdin: true };

/** What another engine, later, makes of the bundle. */
function later({ dir }: Box): EstratoRuntime {
  return new EstratoRuntime({ launcherPath, dir });
}

async function untilGone(pid: number): Promise<void> {
  for (;;) {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
    if (stat === undefined || / Z /.test(stat)) return;
    await pause(10);
  }
}

async function untilEnded(box: Box): Promise<void> {
  const shim = await shimOf(box.bundle);
  process.kill(box.container.pid, 'SIGKILL');
  await untilGone(shim);
}

describeWith(['root', 'launcher', 'busybox'], 'another engine', () => {
  test('finds the container, its streams and its sessions', async () => {
    await using box = await startBox({ ...machine, args: ['cat'], request: { openStdin: true } });
    await using first = await box.container.attach(typing);
    await first.write(Buffer.from('before\n'));
    await new Listener(first).until('before\n');
    const held = await box.startExec(['sleep', '500']);
    await first[Symbol.asyncDispose]();

    await using next = later(box);
    const found = await next.reconnect(box.id, box.bundle);
    expect(found?.pid).toBe(box.container.pid);
    await using second = await found?.attach(typing);
    if (found === undefined || second === undefined) throw new Error('The container was not found.');
    await second.write(Buffer.from('after\n'));
    expect(await new Listener(second).until('after\n')).toBe('before\nafter\n');
    const sessions = await found.execs();
    expect([...sessions.values()].map(({ pid }) => pid)).toEqual([held.pid]);
    const ran = await found.exec({
      execId: 'e'.repeat(64),
      process: commandOf(['echo', 'yes']),
      openStdin: false,
    });
    await using session = await ran.attach({ replay: true, stdin: false });
    expect((await collect(session)).stdout).toBe('yes\n');
    await found.signal(9);
    expect(await found.wait()).toMatchObject({ exitCode: 137, signal: 9 });
  });

  test('learns how the container ended meanwhile', async () => {
    await using box = await makeBox({ ...machine, args: ['sh', '-c', 'exit 42'] });
    await box.start();
    await box.container.wait();
    expect(await later(box).exitStatus(box.bundle)).toMatchObject({ exitCode: 42, oomKilled: false });
    await untilEnded(box).catch(() => undefined);
    expect(await later(box).reconnect(box.id, box.bundle)).toBeUndefined();
    expect(await later(box).exitStatus(box.bundle)).toMatchObject({ exitCode: 42 });
  });

  test('learns of the signal too', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    await untilEnded(box);
    expect(await later(box).exitStatus(box.bundle)).toMatchObject({ exitCode: 137, signal: 9, oomKilled: false });
    expect(await box.container.wait()).toMatchObject({ exitCode: 137, signal: 9 });
  });

  test('finds nothing where nothing was', async () => {
    await using box = await makeBox({ ...machine, args: ['true'] });
    expect(await later(box).reconnect(box.id, box.bundle)).toBeUndefined();
    expect(await later(box).exitStatus(box.bundle)).toBeUndefined();
    expect(await later(box).reconnect(box.id, '/nowhere/at/all')).toBeUndefined();
  });

  test('takes no ending of an earlier run for this one’s', async () => {
    await using box = await makeBox({
      ...machine,
      args: ['sh', '-c', 'test -e /second && exec sleep 1000; touch /second'],
    });
    await box.start();
    expect(await box.container.wait()).toMatchObject({ exitCode: 0 });
    await box.runtime.destroy(box.id, box.bundle);
    await box.start();
    expect(await later(box).exitStatus(box.bundle)).toBeUndefined();
  });
});

describeWith(['root', 'launcher', 'busybox'], 'a shim that was killed', () => {
  test('takes the whole container along', async () => {
    const box = await startBox({
      ...machine,
      args: ['sh', '-c', 'trap "" TERM HUP; sleep 1001 & sleep 1002 & echo ready; wait'],
    });
    await using client = await box.container.attach({ replay: true, stdin: false });
    const heard = new Listener(client);
    await heard.until('ready\n');
    const held = await box.startExec(['sleep', '1003']);
    const pids = await box.container.pids();
    expect(pids).toHaveLength(4);
    const ending = box.container.wait();
    process.kill(await shimOf(box.bundle), 'SIGKILL');
    // Nobody could say how it ended: as if it had been killed.
    expect(await ending).toMatchObject({ exitCode: 137, signal: 9 });
    await Promise.all([...pids, held.pid].map(untilGone));
    expect(await later(box).reconnect(box.id, box.bundle)).toBeUndefined();
    expect(await later(box).exitStatus(box.bundle)).toBeUndefined();
    await later(box).destroy(box.id, box.bundle);
    expect(await cgroupsOf(box.id)).toEqual([]);
    expect(await hostMountsOf(box.dir)).toEqual([]);
    expect(await processesWith(box.bundle)).toEqual([]);
    await box[Symbol.asyncDispose]();
  });

  test('is no obstacle to the next start', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    const { pid } = box.container;
    process.kill(await shimOf(box.bundle), 'SIGKILL');
    await untilGone(pid);
    await box.runtime.destroy(box.id, box.bundle);
    await box.start();
    expect((await box.exec(['echo', 'again'])).stdout).toBe('again\n');
  });
});

describeWith(['root', 'launcher', 'busybox'], 'an end', () => {
  test('leaves no shim, no socket and no cgroup, even of a container that made cgroups', async () => {
    await using box = await startBox({
      ...machine,
      args: ['sleep', '1000'],
      change: (spec) => ({
        ...spec,
        mounts: spec.mounts.map((mount) =>
          mount.type === 'cgroup' ? { ...mount, options: mount.options.filter((option) => option !== 'ro') } : mount,
        ),
      }),
    });
    const shim = await shimOf(box.bundle);
    const inner = 'mkdir $(ls -d /sys/fs/cgroup/pids /sys/fs/cgroup 2>/dev/null | sort -r | head -n 1)/inner';
    expect(await box.exec(['sh', '-c', inner])).toMatchObject({ stderr: '', status: { exitCode: 0 } });
    await box.runtime.destroy(box.id, box.bundle);
    await untilGone(shim);
    expect(await cgroupsOf(box.id)).toEqual([]);
    await expect(access(join(box.bundle, 'shim.sock'))).rejects.toThrow('ENOENT');
  });

  test('may be asked for by several at once', async () => {
    await using box = await startBox({ ...machine, args: ['sh', '-c', 'while :; do sleep 1 & done'] });
    await Promise.all([1, 2, 3].map(() => later(box).destroy(box.id, box.bundle)));
    expect(await cgroupsOf(box.id)).toEqual([]);
    expect(await box.container.pids()).toEqual([]);
  });
});
