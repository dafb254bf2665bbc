import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { RuntimeHook } from '#engine/oci/runtime-spec.ts';
import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { EstratoRuntime } from './estrato-runtime.ts';
import { callHooks } from './hooks.ts';
import { makeBox, runBox, startBox } from './testing/busybox-container.ts';
import { namespacesOf } from './testing/host-traces.ts';

const machine = { launcherPath, busyboxPath };

let scratch: TemporaryDirectory;
beforeEach(async () => {
  scratch = await temporaryDirectory('hooks');
});
afterEach(async () => {
  await scratch[Symbol.asyncDispose]();
});

describeWith(['root', 'launcher', 'busybox'], 'hooks', () => {
  const recorder = async (name: string): Promise<string> => {
    const path = join(scratch.path, name);
    const notes = join(scratch.path, 'notes');
    const script = `#!/bin/sh\n{ echo "${name} $* A=$A $(readlink /proc/self/ns/mnt) $(readlink /proc/self/ns/net)"; cat; echo; } >> ${notes}\n`;
    await writeFile(path, script, { mode: 0o755 });
    return path;
  };

  test('after the start and after the end are called once for each, by whoever sees to them', async () => {
    const [poststart, poststop] = await Promise.all([recorder('poststart'), recorder('poststop')]);
    const notes = (): Promise<string> => readFile(join(scratch.path, 'notes'), 'utf8');
    await using box = await startBox({
      ...machine,
      args: ['sleep', '1000'],
      change: (spec) => ({
        ...spec,
        hooks: { poststart: [{ path: poststart }], poststop: [{ path: poststop, args: ['poststop', 'word'] }] },
      }),
    });
    expect(await notes()).toMatch(/^poststart /);
    expect(await notes()).toContain(`"id":"${box.id}","status":"running","pid":${box.container.pid}`);
    await box.container.signal(9);
    await box.container.wait();
    expect(await notes()).not.toContain('poststop');
    await box.runtime.destroy(box.id, box.bundle);
    await box.runtime.destroy(box.id, box.bundle);
    expect((await notes()).match(/^poststop word /gm)).toHaveLength(1);
    expect(await notes()).toContain(`"id":"${box.id}","status":"stopped"`);
  });

  test('after the end are called by the next engine, where theirs was killed before it came to them', async () => {
    const path = await recorder('poststop');
    const notes = join(scratch.path, 'notes');
    await using box = await startBox({
      ...machine,
      args: ['true'],
      change: (spec) => ({ ...spec, hooks: { poststop: [{ path }] } }),
    });
    await box.container.wait();
    await using next = new EstratoRuntime({ launcherPath, dir: box.dir });
    await next.destroy(box.id, box.bundle);
    expect((await readFile(notes, 'utf8')).match(/^poststop/gm)).toHaveLength(1);
    // What a power cut has left of the promise is none, and keeps nobody from removing the container.
    await writeFile(join(box.bundle, 'poststop.json'), '{"hooks');
    await next.destroy(box.id, box.bundle);
    expect((await readFile(notes, 'utf8')).match(/^poststop/gm)).toHaveLength(1);
    expect(existsSync(join(box.bundle, 'poststop.json'))).toBe(false);
  });

  test('that fail after the start end nothing', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', listen);
    try {
      const box = await startBox({
        ...machine,
        args: ['sleep', '1000'],
        change: (spec) => ({
          ...spec,
          hooks: { poststart: [{ path: '/bin/false' }], poststop: [{ path: '/nowhere' }] },
        }),
      });
      expect(await box.exec(['echo', 'there'])).toMatchObject({ stdout: 'there\n' });
      await box[Symbol.asyncDispose]();
      await vi.waitFor(() => expect(warnings.join()).toMatch(/poststart hook \/bin\/false.*poststop hook \/nowhere/));
    } finally {
      process.off('warning', listen);
    }
  });

  test('are called in their order, each where it belongs, with the state', async () => {
    const hook = async (name: string): Promise<{ path: string; args: readonly string[]; env: readonly string[] }> => ({
      path: await recorder(name),
      args: [name, 'word'],
      env: ['A=b', 'PATH=/bin:/usr/bin'],
    });
    const [prestart, createRuntime, createContainer] = await Promise.all([
      hook('prestart'),
      hook('createRuntime'),
      hook('createContainer'),
    ]);
    const startContainer = {
      path: '/bin/sh',
      args: ['sh', '-c', 'cat > /state; readlink /proc/self/ns/mnt > /where; grep ^CapPrm /proc/self/status >> /where'],
    };
    await using box = await startBox({
      ...machine,
      args: ['sh', '-c', 'sleep 1000'],
      change: (spec) => ({
        ...spec,
        annotations: { a: 'b' },
        hooks: {
          startContainer: [startContainer],
          createContainer: [createContainer],
          createRuntime: [createRuntime],
          prestart: [prestart],
        },
      }),
    });
    const { id, bundle, container, rootfs } = box;
    const [own, inside] = await Promise.all([namespacesOf('self'), namespacesOf(container.pid)]);
    const state = { ociVersion: '1.2.0', id, bundle, annotations: { a: 'b' } };
    const lines = (await readFile(join(scratch.path, 'notes'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => (line.startsWith('{') ? (JSON.parse(line) as unknown) : line))).toEqual([
      `prestart word A=b ${own['mnt']} ${own['net']}`,
      { ...state, status: 'creating', pid: container.pid },
      `createRuntime word A=b ${own['mnt']} ${own['net']}`,
      { ...state, status: 'creating', pid: container.pid },
      `createContainer word A=b ${inside['mnt']} ${inside['net']}`,
      { ...state, status: 'creating', pid: 1 },
    ]);
    expect(JSON.parse(await readFile(join(rootfs, 'state'), 'utf8'))).toEqual({ ...state, status: 'created', pid: 1 });
    // As confined as the program itself.
    expect(await readFile(join(rootfs, 'where'), 'utf8')).toBe(`${inside['mnt']}\nCapPrm:\t00000000a80425fb\n`);
  });

  test.each(['prestart', 'createRuntime', 'createContainer', 'startContainer'] as const)(
    '%s that fails, hangs or isn’t there ends the start',
    async (kind) => {
      const attempts = [
        [['sh', '-c', 'echo no luck >&2; exit 7'], undefined, 'failed with exit code 7: no luck'],
        [['sh', '-c', 'sleep 1000'], 1, 'took longer than 1 seconds'],
        [['sh', '-c', 'kill -9 $$'], undefined, 'ended by signal 9'],
      ] as const;
      for (const [args, timeout, words] of attempts) {
        await using box = await makeBox({
          ...machine,
          args: ['true'],
          change: (spec) => ({
            ...spec,
            hooks: { [kind]: [{ path: '/bin/sh', args, ...(timeout === undefined ? {} : { timeout }) }] },
          }),
        });
        await expect(box.start()).rejects.toThrow(`the ${kind} hook /bin/sh`);
        await expect(box.start()).rejects.toThrow(words);
      }
      const missing = runBox({
        ...machine,
        args: ['true'],
        change: (spec) => ({ ...spec, hooks: { [kind]: [{ path: '/nowhere/hook' }] } }),
      });
      await expect(missing).rejects.toThrow('No such file or directory');
    },
  );
});

describe('hooks that nobody waits for', () => {
  const state = { ociVersion: '1.2.0', id: 'x', status: 'stopped', bundle: '/b' };

  test('say what went wrong and end nothing', async () => {
    const hook = (script: string, timeout?: number): RuntimeHook => ({
      path: '/bin/sh',
      args: ['sh', '-c', script],
      env: ['A=b'],
      ...(timeout === undefined ? {} : { timeout }),
    });
    const hooks = [
      hook(`cat > ${join(scratch.path, 'state')}; echo $A > ${join(scratch.path, 'env')}`),
      hook('echo no luck >&2; exit 3'),
      hook('sleep 1000 & sleep 1000', 1),
      { path: '/nowhere/hook' },
    ];
    expect(await callHooks('poststop', { poststop: hooks }, state)).toEqual([
      'the poststop hook /bin/sh failed with exit code 3: no luck',
      'the poststop hook /bin/sh was ended: ',
      expect.stringContaining("the poststop hook /nowhere/hook can't be started"),
    ]);
    expect(JSON.parse(await readFile(join(scratch.path, 'state'), 'utf8'))).toEqual(state);
    expect(await readFile(join(scratch.path, 'env'), 'utf8')).toBe('b\n');
    expect(await callHooks('poststart', undefined, state)).toEqual([]);
  });
});
