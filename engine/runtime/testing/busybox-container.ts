import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { defaultSpec, type SpecOptions } from '#engine/runtime/default-spec.ts';
import { EstratoRuntime } from '#engine/runtime/estrato-runtime.ts';
import type {
  Attachment,
  ExitStatus,
  HeldProcess,
  LaunchRequest,
  RunningContainer,
  Runtime,
} from '#engine/runtime/runtime.ts';
import type { RootMount } from '#engine/snapshot/snapshotter.ts';

const run = promisify(execFile);

const plain = {
  env: ['PATH=/bin'],
  cwd: '/',
  user: { uid: 0, gid: 0 },
  terminal: false,
  readonlyRootfs: false,
  network: 'none',
} as const;

export interface BoxOptions {
  readonly launcherPath: string;
  readonly busyboxPath: string;
  readonly args: readonly string[];
  readonly spec?: Partial<SpecOptions>;
  /** The last word on the configuration. */
  readonly change?: (spec: RuntimeSpec) => RuntimeSpec;
  /** Makes the image what the test is about. */
  readonly prepare?: (rootfs: string) => Promise<void>;
  /** Instead of a bind of the prepared tree. */
  readonly root?: (rootfs: string, dir: string) => Promise<RootMount>;
  /** Another runtime than the engine's own, whose launcher it may use. */
  readonly choose?: (own: EstratoRuntime) => Runtime;
  readonly request?: Partial<Pick<LaunchRequest, 'openStdin' | 'stdinOnce' | 'holdOutput' | 'links' | 'ports' | 'log'>>;
}

/** What a process wrote and how it ended. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: ExitStatus;
}

/** The tree of an image that has busybox and little else. */
export async function makeBusyboxTree(rootfs: string, busyboxPath: string): Promise<void> {
  for (const name of ['bin', 'etc', 'tmp', 'root', 'home/user', 'dev', 'proc', 'sys']) {
    await mkdir(join(rootfs, name), { recursive: true });
  }
  await chmod(rootfs, 0o755);
  await chmod(join(rootfs, 'tmp'), 0o1777);
  await copyFile(busyboxPath, join(rootfs, 'bin/busybox'));
  const { stdout } = await run(busyboxPath, ['--list']);
  const applets = stdout.split('\n').filter((name) => name !== '' && name !== 'busybox');
  await Promise.all(applets.map((name) => symlink('busybox', join(rootfs, 'bin', name))));
  await writeFile(join(rootfs, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n');
}

/** A container's surroundings before it is started: an image, a bundle, a configuration. */
export class Box implements AsyncDisposable {
  readonly id = randomBytes(32).toString('hex');
  readonly dir: string;
  readonly bundle: string;
  readonly rootfs: string;
  readonly runtime: Runtime;
  readonly own: EstratoRuntime;
  readonly #options: BoxOptions;
  #container: RunningContainer | undefined;
  #spec: RuntimeSpec | undefined;

  constructor(
    dir: string,
    options: BoxOptions,
    { bundle = 'bundle', own }: { readonly bundle?: string; readonly own?: EstratoRuntime } = {},
  ) {
    this.dir = dir;
    this.bundle = join(dir, bundle);
    this.rootfs = join(dir, 'image');
    this.own = own ?? new EstratoRuntime({ launcherPath: options.launcherPath, dir });
    this.runtime = options.choose?.(this.own) ?? this.own;
    this.#options = options;
  }

  /** Another container of the same image and engine, to be destroyed before the box is disposed of. */
  sibling(bundle: string, options: Partial<BoxOptions> = {}): Box {
    return new Box(this.dir, { ...this.#options, args: ['true'], ...options }, { bundle, own: this.own });
  }

  get container(): RunningContainer {
    if (this.#container === undefined) throw new Error('The container has not been started.');
    return this.#container;
  }

  /** What it was started with. */
  get spec(): RuntimeSpec {
    if (this.#spec === undefined) throw new Error('The container has not been started.');
    return this.#spec;
  }

  /** May be called again once the container has ended. */
  async start(): Promise<RunningContainer> {
    await mkdir(this.bundle, { recursive: true });
    const { args, spec, change = (same) => same, root, request } = this.#options;
    const chosen = defaultSpec({
      ...plain,
      args,
      hostname: 'box',
      cgroupsPath: `/estrato/${this.id}`,
      ...spec,
    });
    this.#spec = change(chosen);
    this.#container = await this.runtime.start({
      id: this.id,
      bundle: this.bundle,
      spec: this.#spec,
      root: (await root?.(this.rootfs, this.dir)) ?? { type: 'bind', source: this.rootfs },
      openStdin: false,
      stdinOnce: false,
      ...request,
    });
    return this.#container;
  }

  /** A command beside the container's own, read to its end. */
  async exec(args: readonly string[], change: Partial<RuntimeSpec['process']> = {}): Promise<Ran> {
    return readToEnd(await this.startExec(args, change));
  }

  async startExec(
    args: readonly string[],
    change: Partial<RuntimeSpec['process']> = {},
    openStdin = false,
  ): Promise<HeldProcess> {
    const execId = randomBytes(32).toString('hex');
    return this.container.exec({ execId, process: { ...commandOf(args), ...change }, openStdin });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runtime.destroy(this.id, this.bundle);
    await this.own[Symbol.asyncDispose]();
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** What an exec session is asked for with. */
export function commandOf(args: readonly string[]): RuntimeSpec['process'] {
  return defaultSpec({ ...plain, args, hostname: '', cgroupsPath: '' }).process;
}

export async function makeBox(options: BoxOptions): Promise<Box> {
  const dir = await mkdtemp(join(tmpdir(), 'estrato-box-'));
  const box = new Box(dir, options);
  await makeBusyboxTree(box.rootfs, options.busyboxPath);
  await options.prepare?.(box.rootfs);
  return box;
}

export async function startBox(options: BoxOptions): Promise<Box> {
  const box = await makeBox(options);
  try {
    await box.start();
    return box;
  } catch (error) {
    await box[Symbol.asyncDispose]();
    throw error;
  }
}

/** Starts, reads everything, waits for the end, takes all of it away. */
export async function runBox(options: BoxOptions): Promise<Ran> {
  await using box = await startBox({ ...options, request: { holdOutput: true, ...options.request } });
  return await readToEnd(box.container);
}

export async function readToEnd(process: HeldProcess): Promise<Ran> {
  const [status, output] = await Promise.all([process.wait(), readAttached(process)]);
  return { ...output, status };
}

async function readAttached(process: HeldProcess): Promise<{ readonly stdout: string; readonly stderr: string }> {
  await using attachment = await process.attach({ replay: true, stdin: false });
  return await collect(attachment);
}

/** What something was refused with. */
export async function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** All that comes until the process ends. */
export async function collect(attachment: Attachment): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const bytes = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  for await (const chunk of attachment.output) {
    bytes[chunk.stream] = Buffer.concat([bytes[chunk.stream], chunk.bytes]);
  }
  return { stdout: bytes.stdout.toString('utf8'), stderr: bytes.stderr.toString('utf8') };
}

/** Reads an attachment piece by piece: until the words have come, as often as one asks. */
export class Listener {
  readonly #chunks: AsyncIterator<{ readonly bytes: Uint8Array }>;
  #heard = '';

  constructor(attachment: Attachment) {
    this.#chunks = attachment.output[Symbol.asyncIterator]();
  }

  /** @returns what came up to the end of the words; what came after them is there for the next question. */
  async until(words: string): Promise<string> {
    let at = this.#heard.indexOf(words);
    while (at < 0) {
      const next = await this.#chunks.next();
      if (next.done === true) throw new Error(`The output ended without ${words}: ${this.#heard}`);
      this.#heard += Buffer.from(next.value.bytes).toString('utf8');
      at = this.#heard.indexOf(words);
    }
    const end = at + words.length;
    const told = this.#heard.slice(0, end);
    this.#heard = this.#heard.slice(end);
    return told;
  }
}
