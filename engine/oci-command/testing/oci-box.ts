import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import type { RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { defaultSpec } from '#engine/runtime/default-spec.ts';
import { makeBusyboxTree } from '#engine/runtime/testing/busybox-container.ts';

/** What callers of an OCI runtime are pointed at. */
export const runtimePath = fileURLToPath(new URL('../estrato-runtime', import.meta.url));

/** How a command ended, and what it said. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A configuration whose program is busybox's shell. */
export function shellSpec(script: string): RuntimeSpec {
  const spec = defaultSpec({
    args: ['sh', '-c', script],
    env: ['PATH=/bin'],
    cwd: '/',
    user: { uid: 0, gid: 0 },
    terminal: false,
    hostname: 'box',
    cgroupsPath: '',
    readonlyRootfs: false,
    network: 'none',
  });
  const { cgroupsPath: _, ...linux } = spec.linux;
  return { ...spec, linux };
}

/**
 * A bundle and a state root of a test's own, driven by the command line as another program drives it. Disposing ends and
 * deletes every container that was made.
 */
export class OciBox implements AsyncDisposable {
  readonly bundle: string;
  readonly root: string;
  readonly #dir: string;
  #output = 0;

  constructor(dir: string) {
    this.#dir = dir;
    this.bundle = join(dir, 'bundle');
    this.root = join(dir, 'state');
  }

  path(name: string): string {
    return join(this.#dir, name);
  }

  async configure(spec: unknown): Promise<void> {
    await writeFile(join(this.bundle, 'config.json'), JSON.stringify(spec));
  }

  /** A command that is read to its end, the program's that it waits for included. */
  async run(...args: readonly string[]): Promise<Said> {
    return this.runWith('', ...args);
  }

  /** A command that is to be met on its way. */
  begin(...args: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn(runtimePath, ['--root', this.root, ...args], { cwd: this.bundle });
  }

  async runWith(input: string, ...args: readonly string[]): Promise<Said> {
    const child = this.begin(...args);
    child.stdin.end(input);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: child.exitCode ?? -1, stdout, stderr };
  }

  /** A command whose program goes on with its streams; they end up in a file. @returns what reads it. */
  async leave(...args: readonly string[]): Promise<Said & { readonly output: () => Promise<string> }> {
    this.#output += 1;
    const path = this.path(`output-${this.#output}`);
    await using file = await open(path, 'w');
    const child = spawn(runtimePath, ['--root', this.root, ...args], {
      cwd: this.bundle,
      stdio: ['ignore', file.fd, file.fd],
    });
    await once(child, 'exit');
    const said = await readFile(path, 'utf8');
    return { code: child.exitCode ?? -1, stdout: said, stderr: said, output: () => readFile(path, 'utf8') };
  }

  async state(id: string): Promise<Readonly<Record<string, unknown>>> {
    const { code, stdout, stderr } = await this.run('state', id);
    if (code !== 0) throw new Error(stderr);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it holds is what tests look at
    return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  }

  /** Resolves once a container has the status. */
  async until(id: string, status: string): Promise<void> {
    while ((await this.state(id))['status'] !== status) await pause(10);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { stdout } = await this.run('list', '--quiet');
    for (const id of stdout.split('\n').filter((line) => line !== '')) await this.run('delete', '--force', id);
    await rm(this.#dir, { recursive: true, force: true });
  }
}

export interface OciBoxOptions {
  readonly busyboxPath: string;
  /** What the container's shell is told. */
  readonly script: string;
  /** The last word on the configuration. */
  readonly change?: (spec: RuntimeSpec) => unknown;
}

export async function makeOciBox({ busyboxPath, script, change = (spec) => spec }: OciBoxOptions): Promise<OciBox> {
  const box = new OciBox(await mkdtemp(join(tmpdir(), 'estrato-oci-')));
  await mkdir(box.bundle);
  await makeBusyboxTree(join(box.bundle, 'rootfs'), busyboxPath);
  await box.configure(change(shellSpec(script)));
  return box;
}
