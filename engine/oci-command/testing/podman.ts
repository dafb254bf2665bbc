import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { makeBusyboxTree } from '#engine/runtime/testing/busybox-container.ts';

import { runtimePath, type Said } from './oci-box.ts';

const run = promisify(execFile);

/** A name that only this test's podman knows. */
export const podmanImage = 'localhost/busybox';

/** Limits that a process without CAP_SYS_RESOURCE may set, and nothing that other podmans of the machine share. */
const settings = (dir: string): string => `
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
lock_type = "file"
runtime_supports_json = ["estrato-runtime"]
tmp_dir = "${dir}/tmp"
volume_path = "${dir}/volumes"
`;

/** Debian's podman with our runtime, and with stores, settings and containers of its own. Disposing removes all of them. */
export class Podman implements AsyncDisposable {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  path(name: string): string {
    return join(this.#dir, name);
  }

  /** Runs a command to its end, whatever that is. */
  async run(...args: readonly string[]): Promise<Said> {
    const own = ['--root', this.path('root'), '--runroot', this.path('runroot'), '--storage-driver', 'vfs'];
    const options = {
      cwd: this.#dir,
      env: { ...process.env, CONTAINERS_CONF: this.path('containers.conf') },
      maxBuffer: 2 ** 24,
    };
    return new Promise((resolve) => {
      execFile('podman', [...own, '--runtime', runtimePath, ...args], options, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
      }).stdin?.end();
    });
  }

  /** What a command that succeeds says, without the last line's end. @throws Error with what it said instead. */
  async text(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`podman ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return stdout.replaceAll('\r\n', '\n').trimEnd();
  }

  async removeContainers(): Promise<void> {
    await this.text('pod', 'rm', '--all', '--force', '--time', '0');
    await this.text('rm', '--all', '--force', '--time', '0');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.removeContainers();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

export async function makePodman(busyboxPath: string): Promise<Podman> {
  const dir = await mkdtemp(join(tmpdir(), 'estrato-podman-'));
  const podman = new Podman(dir);
  await writeFile(podman.path('containers.conf'), settings(dir));
  const tree = podman.path('tree');
  await makeBusyboxTree(tree, busyboxPath);
  await mkdir(join(tree, 'run'));
  // What holds a pod's namespaces: its command is one word.
  await writeFile(join(tree, 'bin/hold'), '#!/bin/sh\nexec sleep 100000\n');
  await chmod(join(tree, 'bin/hold'), 0o755);
  await run('tar', ['-C', tree, '-cf', podman.path('tree.tar'), '.']);
  await podman.text('import', podman.path('tree.tar'), podmanImage);
  return podman;
}
