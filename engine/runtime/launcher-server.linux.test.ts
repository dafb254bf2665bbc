import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { LauncherServer } from './launcher-server.ts';
import { makeBox, startBox, type Box } from './testing/busybox-container.ts';
import { namespacesOf, processesWith } from './testing/host-traces.ts';
import { encodeFrame } from './shim-frames.ts';

const run = promisify(execFile);

const machine = { launcherPath, busyboxPath };

/** The server that a box's runtime asks. */
async function serversOf({ dir }: Pick<Box, 'dir'>): Promise<readonly number[]> {
  return processesWith(`server ${dir} `);
}

async function killServers(box: Pick<Box, 'dir'>): Promise<void> {
  for (const pid of await serversOf(box)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // A process forked from it had its name for a moment, and has gone on to its own.
    }
  }
}

/** What a connection to the server answers to bytes of anybody's, until it is closed. */
async function answerTo(dir: string, bytes: Uint8Array): Promise<string> {
  const socket = connect(join(dir, 'launcher.sock'));
  socket.end(bytes);
  return (await buffer(socket)).toString('latin1');
}

async function descriptorsOf(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

/** A container that ends by itself, with another directory for its bundle than the box's own. */
async function runAnother(box: Box, name: string): Promise<number> {
  const another = box.sibling(name);
  await another.start();
  const { exitCode } = await another.container.wait();
  await box.runtime.destroy(another.id, another.bundle);
  return exitCode;
}

describeWith(['root', 'launcher', 'busybox'], 'the launcher’s server', () => {
  test('is one process for all containers, which are none of its own', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    const [server = 0] = await serversOf(box);
    await killServers(box);
    expect((await box.exec(['echo', 'goes on'])).stdout).toBe('goes on\n');
    const [next = 0] = await serversOf(box);
    expect(next).not.toBe(server);
    await box.container.signal(9);
    expect(await box.container.wait()).toMatchObject({ signal: 9 });
  });

  test('goes with its engine', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    expect(await serversOf(box)).not.toEqual([]);
    await box.own[Symbol.asyncDispose]();
    while ((await serversOf(box)).length > 0) await pause(5);
    expect((await box.exec(['echo', 'goes on'])).stdout).toBe('goes on\n');
  });

  test('is one, however many ask at once when it has been killed', async () => {
    await using dir = await temporaryDirectory('launcher');
    await using server = new LauncherServer({ launcherPath, dir: dir.path });
    const ask = (): Promise<unknown> => server.ask('B', Buffer.from('no plan')).catch((error: unknown) => error);
    for (let round = 0; round < 20; round += 1) {
      await ask();
      await killServers({ dir: dir.path });
      await Promise.all(Array.from({ length: 8 }, async (_, place) => pause(place).then(ask)));
    }
    await ask();
    while ((await serversOf({ dir: dir.path })).length > 1) await pause(5);
  });

  test('loses no start when it is killed at any time', async () => {
    await using box = await makeBox({ ...machine, args: ['true'] });
    const done = new AbortController();
    const killing = (async () => {
      for (let round = 0; !done.signal.aborted; round += 1) {
        await pause((round * 37) % 151);
        await killServers(box);
      }
    })();
    const starts = Array.from({ length: 4 }, async (_, worker) => {
      const codes: number[] = [];
      for (let round = 0; round < 8; round += 1) codes.push(await runAnother(box, `${worker}-${round}`));
      return codes;
    });
    const codes = (await Promise.all(starts)).flat();
    done.abort();
    await killing;
    expect(codes).toEqual(codes.map(() => 0));
    expect(codes).toHaveLength(32);
  });

  test('leaves nothing of hundreds of starts', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    const [server = 0] = await serversOf(box);
    await runAnother(box, 'first');
    const before = [await descriptorsOf(server), await descriptorsOf(process.pid)];
    for (let round = 0; round < 25; round += 1) {
      await Promise.all(Array.from({ length: 8 }, (_, place) => runAnother(box, `${round}-${place}`)));
    }
    const shims = (await processesWith(`shim ${box.dir}`)).length;
    expect([await descriptorsOf(server), await descriptorsOf(process.pid), shims]).toEqual([...before, 1]);
    const children = await readFile(`/proc/${server}/task/${server}/children`, 'utf8');
    // The first container's shim, and the process that makes networks.
    expect(children.trim().split(' ')).toHaveLength(2);
  });

  test('a shim that may open nothing more keeps nothing of the sessions that it could not start', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    await box.exec(['true']);
    const [shim = 0] = await processesWith(`shim ${box.dir}`);
    const before = await descriptorsOf(shim);
    const limitTo = (most: number): Promise<unknown> => run('prlimit', ['--pid', String(shim), `--nofile=${most}:`]);
    // One is the connection's; the others are not enough for a program's streams, or for who starts it.
    for (const more of [2, 3, 4, 5, 6, 7]) {
      await limitTo(before + more);
      await expect(box.exec(['true'])).rejects.toThrow('Too many open files');
    }
    await limitTo(1024);
    await expect.poll(() => descriptorsOf(shim)).toBe(before);
    expect((await box.exec(['echo', 'goes on'])).stdout).toBe('goes on\n');
  });

  test('gives every container a network of its own that nobody has had', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'] });
    const others = Array.from({ length: 20 }, (_, place) => box.sibling(String(place), { args: ['sleep', '1000'] }));
    try {
      await Promise.all(others.map((other) => other.start()));
      const networks = await Promise.all(
        [box, ...others].map(async ({ container }) => (await namespacesOf(container.pid))['net']),
      );
      expect(new Set(networks).size).toBe(21);
      expect(networks).not.toContain(await readlink('/proc/self/ns/net'));
      const seen = await Promise.all(others.map((other) => other.exec(['ip', '-o', 'link'])));
      for (const { stdout } of seen) expect(stdout.trim()).toMatch(/^1: lo: <LOOPBACK,UP,LOWER_UP>[^\n]*$/);
    } finally {
      await Promise.all(others.map(({ id, bundle }) => box.runtime.destroy(id, bundle)));
    }
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['half a frame', Buffer.from('C\xff')],
    ['a frame that promises more than it holds', Buffer.from('B\xff\0\0\0abc', 'latin1')],
    ['a frame too long for any memory', Buffer.from('B\xff\xff\xff\xff', 'latin1')],
    ['another kind of request', encodeFrame('?', Buffer.from('who'))],
    ['a container without a directory', encodeFrame('C', Buffer.from('no end'))],
    ['a container without a plan', encodeFrame('C', Buffer.from('/tmp\0'))],
    [
      'a container with another plan',
      encodeFrame('C', Buffer.from('/tmp\0ESTPLAN2\x01\0\0\0\x04\0\0\0exec\0', 'latin1')),
    ],
    ['a root without a plan', encodeFrame('M', Buffer.from('EST'))],
    ['a root that is a program', encodeFrame('M', Buffer.from('ESTPLAN2\x01\0\0\0\x04\0\0\0exec\0', 'latin1'))],
    ['networks without a plan', encodeFrame('N', Buffer.from('EST'))],
    ['networks that are a program', encodeFrame('N', Buffer.from('ESTPLAN2\x01\0\0\0\x04\0\0\0exec\0', 'latin1'))],
    ['a profile that is none', encodeFrame('B', Buffer.from('ESTPLAN2'))],
  ])('answers %s with one sentence, and goes on', async (_, bytes) => {
    await using dir = await temporaryDirectory('launcher');
    await using server = new LauncherServer({ launcherPath, dir: dir.path });
    await expect(server.ask('B', Buffer.from('no plan'))).rejects.toMatchObject({ code: 'internal' });
    const [pid] = await serversOf({ dir: dir.path });
    expect(await answerTo(dir.path, bytes)).toMatch(/^F.{4}\x7d\S+ \S+[^\n]+$/s);
    expect((await serversOf({ dir: dir.path }))[0]).toBe(pid);
  });
});
