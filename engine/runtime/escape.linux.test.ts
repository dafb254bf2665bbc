import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { RuntimeProcess, RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { busyboxPath, describeWith, launcherPath, type Requirement } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { capabilityBits, chooseCapabilities } from './capabilities.ts';
import { escapes, type Host } from './testing/escapes.ts';
import { startBox, type Box, type BoxOptions } from './testing/busybox-container.ts';

const run = promisify(execFile);
const needs: readonly Requirement[] = ['root', 'launcher', 'busybox', 'x64 compiler'];
const sources = fileURLToPath(new URL('testing/escape-attempts/', import.meta.url));

/** What root of the machine is, in a container's own root: the same attempts work from here. */
function unconfined(spec: RuntimeSpec): RuntimeSpec {
  const { seccomp: _, ...linux } = spec.linux;
  return {
    ...spec,
    process: { ...spec.process, ...rights() },
    mounts: [
      ...spec.mounts.filter(({ type }) => type !== 'cgroup'),
      { destination: '/sys/fs/cgroup', type: 'bind', source: '/sys/fs/cgroup', options: ['rbind'] },
    ].map((mount) => ({ ...mount, options: mount.options.filter((word) => word !== 'ro') })),
    linux: {
      ...linux,
      namespaces: [{ type: 'mount' }],
      resources: { devices: [{ allow: true, type: 'a', access: 'rwm' }] },
      maskedPaths: [],
      readonlyPaths: [],
    },
  };
}

/** Every capability that this machine's root has. */
function rights(): Pick<RuntimeProcess, 'capabilities' | 'noNewPrivileges'> {
  const bits = BigInt(`0x${/^CapBnd:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`);
  const all = chooseCapabilities({ add: ['ALL'], drop: [] }).filter((name) => (bits & capabilityBits([name])) !== 0n);
  const capabilities = { bounding: all, effective: all, permitted: all, inheritable: [], ambient: [] };
  return { capabilities, noNewPrivileges: false };
}

/** Things of the host's that a container must not reach. */
async function makeHost(until: AsyncDisposableStack): Promise<Host & { readonly victim: ChildProcess }> {
  const directory = until.use(await temporaryDirectory('escape'));
  const secret = join(directory.path, 'secret');
  await writeFile(secret, 'secret');
  const victim = spawn('sleep', ['100000']);
  until.defer(() => void victim.kill('SIGKILL'));
  const socket = `estrato-escape-${process.pid}`;
  const [tcp, abstract] = [createServer(), createServer()];
  tcp.listen(0, '127.0.0.1');
  abstract.listen(`\0${socket}`);
  await Promise.all([once(tcp, 'listening'), once(abstract, 'listening')]);
  until.defer(() => {
    tcp.close();
    abstract.close();
  });
  const address = tcp.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { victim, pid: victim.pid ?? 0, secret, socket, port, disk: await someDisk() };
}

async function someDisk(): Promise<string> {
  const lines = (await readFile('/proc/partitions', 'utf8')).trim().split('\n').slice(2);
  const found = lines.map((line) => line.trim().split(/\s+/)).find(([, , blocks]) => Number(blocks) > 0) ?? [];
  return `b ${found[0]} ${found[1]}`;
}

describeWith(needs, 'a container can’t', () => {
  const until = new AsyncDisposableStack();
  let host: Awaited<ReturnType<typeof makeHost>>;
  let confined: Box;
  let root: Box;

  async function boxWith(program: string, change?: BoxOptions['change']): Promise<Box> {
    const source = dirname(host.secret);
    const box = await startBox({
      launcherPath,
      busyboxPath,
      args: ['sleep', '100000'],
      ...(change === undefined ? {} : { change }),
      spec: { mounts: [{ destination: '/mnt/own', type: 'bind', source, options: ['rbind', 'ro'] }] },
      prepare: async (rootfs) => copyFile(program, join(rootfs, 'bin/attempt')),
    });
    return until.use(box);
  }

  beforeAll(async () => {
    host = await makeHost(until);
    const program = join(dirname(host.secret), 'attempt');
    const files = (await readdir(sources)).filter((name) => name.endsWith('.c')).map((name) => join(sources, name));
    await run('gcc', ['-O1', '-static', '-o', program, ...files]);
    confined = await boxWith(program);
    root = await boxWith(program, unconfined);
  });

  afterAll(() => until.disposeAsync());

  test.each(escapes.map((escape) => [escape.can, escape] as const))('%s', async (_, { attempt, proof = 'works' }) => {
    const script = attempt(host);
    const inside = await confined.exec(['sh', '-c', script]);
    expect({ ...inside, hasWorked: inside.status.exitCode === 0 }).toMatchObject({ hasWorked: false, stdout: '' });
    if (proof === 'harmful') return;
    const outside = await root.exec(['sh', '-c', script], rights());
    // A kernel without the thing proves nothing, and has nothing to protect.
    if (proof === 'works') expect(outside).toMatchObject({ status: { exitCode: 0 } });
  });

  test('share the keys of the engine’s session, even unconfined', async () => {
    const { stdout: own } = await run(join(dirname(host.secret), 'attempt'), ['session-keyring']);
    const sessions = await Promise.all([1, 2].map(() => root.exec(['attempt', 'session-keyring'], rights())));
    const names = [own, ...sessions.map(({ stdout }) => stdout)];
    expect(names.every((name) => /^\d+\n$/.test(name))).toBe(true);
    expect(new Set(names).size).toBe(3);
  });

  test('do any harm with all of it', async () => {
    expect(host.victim.exitCode).toBeNull();
    expect(await readFile(host.secret, 'utf8')).toBe('secret');
    expect((await confined.exec(['echo', 'still here'])).stdout).toBe('still here\n');
  });
});
