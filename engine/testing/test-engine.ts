import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { connectEngine } from '#engine/client/connect-engine.ts';
import type { Answer as CallAnswer, CallName, Params } from '#engine/contract/methods.ts';

import { dockerArchive } from './archive-fixture.ts';
import { makeStoryImage } from './story-image.ts';
import type { TestHost } from './test-host.ts';

const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

/** An answer of the engine's, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface AskOptions {
  readonly method?: string;
  /** Sent as it is when it is bytes, otherwise as JSON. */
  readonly body?: unknown;
  /** Of bytes; a tar unless told otherwise. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An engine of the test's own: a process as a person starts one, with a data root and a socket in a temporary
 * directory. Disposing ends it, and every container it has.
 */
export class TestEngine implements AsyncDisposable {
  readonly socketPath: string;
  readonly dataRoot: string;
  readonly #directory: string;
  readonly #somebody: SomebodyElse;
  #process: ChildProcessWithoutNullStreams | undefined;
  #stderr = '';
  #hosts: readonly string[] = [];
  #hasRun = false;

  /** Not running yet: `startTestEngine` makes one that is. @param somebody who runs it. */
  constructor(somebody: SomebodyElse = {}) {
    this.#directory = join(tmpdir(), `estrato-engine-${randomBytes(6).toString('hex')}`);
    this.#somebody = somebody;
    this.socketPath = join(this.#directory, 'estrato.sock');
    this.dataRoot = join(this.#directory, 'root');
  }

  /** What clients have in `DOCKER_HOST`. */
  get host(): string {
    return `unix://${this.socketPath}`;
  }

  /** Where it said that it answers, with the ports that it has. */
  get hosts(): readonly string[] {
    return this.#hosts;
  }

  /** @throws Error when it doesn't run. */
  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('The engine is not running.');
    return pid;
  }

  /** What all its processes have written there so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Resolves when it answers. @throws Error with what it said when it ended instead. */
  async start(...options: readonly string[]): Promise<void> {
    if (!this.#hasRun) await this.#makeDirectory();
    const child = spawnEngine(this.dataRoot, this.host, { ...this.#somebody, options });
    this.#process = child;
    this.#hasRun = true;
    child.stderr.setEncoding('utf8').on('data', (said: string) => (this.#stderr += said));
    const lines = createInterface({ input: child.stdout });
    const { promise, resolve } = Promise.withResolvers<string>();
    lines.once('line', resolve).once('close', () => resolve(''));
    const [, hosts] = /ready on (.+)$/.exec(await promise) ?? [];
    this.#hosts = hosts?.split(' ') ?? [];
    if (hosts !== undefined) return;
    await untilEnded(child);
    this.#process = undefined;
    throw new Error(`The engine did not start: ${this.#stderr}`);
  }

  async #makeDirectory(): Promise<void> {
    await mkdir(this.#directory, { mode: 0o700 });
    const { uid } = this.#somebody;
    if (uid !== undefined) await chown(this.#directory, uid, uid);
  }

  /** Resolves, with its exit code, when the process is gone; its containers go on. */
  async kill(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    if (child === undefined) return null;
    child.kill(signal);
    await untilEnded(child);
    this.#process = undefined;
    return child.exitCode;
  }

  /** Another process on the same data root. */
  async restart(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.kill(signal);
    await this.start();
  }

  async ask(
    path: string,
    { method = 'GET', body, type = 'application/x-tar', headers: more = {} }: AskOptions = {},
  ): Promise<Answer> {
    const isRaw = body instanceof Uint8Array;
    const payload = isRaw || body === undefined ? body : Buffer.from(JSON.stringify(body));
    const contentType = isRaw ? type : 'application/json';
    const described = payload === undefined ? {} : { 'content-type': contentType, 'content-length': payload.length };
    const headers = { ...described, ...more };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request({ socketPath: this.socketPath, method, path, headers, agent: false }, resolve)
      .on('error', reject)
      .end(payload);
    const answer = await promise;
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
  }

  /** A question of the method table, as windows and the command line ask it. */
  async call<N extends CallName>(method: N, params: Params<N>): Promise<CallAnswer<N>> {
    using connected = await connectEngine(this.socketPath);
    return await connected.client.call(method, params);
  }

  /** Loads what `docker save` or an OCI layout holds. @throws Error with what the engine said. */
  async load(archive: Uint8Array): Promise<void> {
    const { status, body } = await this.ask('/images/load', { method: 'POST', body: archive });
    if (status !== 200 || body.includes('"error"')) throw new Error(`The image was not loaded: ${body}`);
  }

  /** An image that runs: busybox, in six layers (`makeStoryImage`). @returns its name. */
  async loadStory(name = 'story:1.0'): Promise<string> {
    await this.load(await dockerArchive({ image: await makeStoryImage(), names: [name] }));
    return name;
  }

  async removeContainers(): Promise<void> {
    const { body } = await this.ask('/containers/json?all=1');
    const ids = [...body.matchAll(/"Id":"([0-9a-f]{64})"/g)].map(([, id]) => id);
    await Promise.all(ids.map((id) => this.ask(`/containers/${id}?force=1`, { method: 'DELETE' })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using undo = new AsyncDisposableStack();
    undo.defer(() => rm(this.#directory, { recursive: true, force: true }));
    undo.defer(() => endShims(this.#directory));
    undo.defer(async () => void (await this.kill('SIGTERM')));
    // What a killed one has left on the machine is for its successor to take away.
    if (this.#process === undefined && this.#hasRun) await this.start().catch(() => undefined);
    if (this.#process === undefined) return;
    await this.removeContainers();
    // Without root some of it belongs to ids that only the engine may act for.
    await this.call('trash.empty', {});
  }
}

/** Whoever runs an engine, if not the test's own user, who has to be root then; in cgroups by their directories. */
export interface SomebodyElse {
  readonly uid?: number | undefined;
  /** A program that isn't there for them. */
  readonly without?: string;
  /** Ids that are set aside for them, as subuid(5) has it: `first:count`. Nobody has any otherwise. */
  readonly ids?: string;
  /** Of which machine the network is, if not this one's. */
  readonly home?: TestHost;
  readonly cgroups?: readonly string[];
  /** A line for binfmt_misc, of programs that the engine's machine runs while it lives. For the test's own user only. */
  readonly handler?: string;
}

export async function startTestEngine(somebody: SomebodyElse = {}): Promise<TestEngine> {
  const engine = new TestEngine(somebody);
  try {
    await engine.start();
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
  return engine;
}

/** A process that may end by itself: a second engine on a data root, for one. */
export function spawnEngine(
  dataRoot: string,
  host: string,
  {
    uid,
    without = '',
    ids = '',
    home,
    cgroups = [],
    handler,
    options = [],
  }: SomebodyElse & { readonly options?: readonly string[] } = {},
): ChildProcessWithoutNullStreams {
  const program = [process.execPath, main, 'engine', '--data-root', dataRoot, '--host', host, ...options];
  if (handler !== undefined) return spawn('unshare', ['--mount', 'sh', '-c', WITH_HANDLER, 'sh', handler, ...program]);
  if (uid === undefined) return spawn(program[0] ?? '', program.slice(1));
  const [first = '', ...words] = [
    ...(home?.prefix ?? []),
    'unshare',
    '--mount',
    'sh',
    '-c',
    AS_SOMEBODY,
    'sh',
    `${dataRoot}.tun`,
    String(uid),
    cgroups.join(' '),
    without,
    ids,
    ...program,
  ];
  return spawn(first, words);
}

/**
 * Where everybody may open /dev/net/tun, as they may on most machines, whatever this one thinks of it. Each program gives
 * its place to the next, so that the pid is the engine's.
 */
const AS_SOMEBODY = `
  { { [ -c "$1" ] || mknod "$1" c 10 200; } && chmod 666 "$1" && mount --bind "$1" /dev/net/tun; } 2>/dev/null
  for dir in $3; do echo $$ > "$dir/cgroup.procs"; done
  [ -z "$4" ] || mount --bind /dev/null "$4"
  [ -z "$5" ] || { echo "$2:$5" > "$1.ids"; for file in subuid subgid; do mount --bind "$1.ids" "/etc/$file"; done; }
  uid=$2; shift 5
  exec setpriv --reuid "$uid" --regid "$uid" --clear-groups "$@"`;

/** Handlers are the kernel's as long as somebody has them mounted: they go with the last process of the namespace. */
const WITH_HANDLER = `
  mount -t binfmt_misc none /proc/sys/fs/binfmt_misc || exit 1
  printf %s "$1" > /proc/sys/fs/binfmt_misc/register || exit 1
  shift
  exec "$@"`;

/** A killed engine's containers go on: whatever shims of this directory are left end here. */
async function endShims(dir: string): Promise<void> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const words = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (words[1] === 'shim' && words[2]?.startsWith(`${dir}/`) === true) process.kill(Number(entry), 'SIGKILL');
  }
}

/** Of a process and its pipes, so that all it has said is known. */
async function untilEnded(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await once(child, 'close');
}
