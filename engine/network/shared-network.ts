import { execFile, spawn } from 'node:child_process';
import { Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { access, constants, open, readFile, readlink, rm } from 'node:fs/promises';
import { Server } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { z } from 'zod';

import { replaceFile } from '#engine/async/replace-file.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { isSoundPasta, pasta, slirp4netns } from './connectors.ts';
import { end, identify, isAlive, knownProcess } from './known-process.ts';
import type { Listeners, NetworkHome, Started } from './network-home.ts';

const run = promisify(execFile);

/** Who keeps the namespace connected, and whose it is. */
const uplink = z.object({ keeper: knownProcess, holder: knownProcess });
type Uplink = z.infer<typeof uplink>;

/**
 * A network namespace for all containers of an engine that isn't root, with slirp4netns(1) or pasta(1) between it and the
 * machine's network. It is opened with the first bridge, outlives the engine, and is closed after the last.
 */
export class SharedNetwork implements NetworkHome {
  readonly #dir: string;
  readonly #launcherPath: string;
  #uplink: Uplink | undefined;

  /** @param dir of the engine's, to note down what outlives it. */
  constructor({ dir, launcherPath }: { readonly dir: string; readonly launcherPath: string }) {
    this.#dir = dir;
    this.#launcherPath = launcherPath;
  }

  get namespace(): string | undefined {
    return this.#uplink === undefined ? undefined : `/proc/${this.#uplink.holder.pid}/ns/net`;
  }

  async obstacle(): Promise<string | undefined> {
    if (this.#uplink !== undefined) return undefined;
    if ((await installed()).length === 0) {
      return 'Nothing connects the containers of somebody who is not root: install slirp4netns, or passt (pasta).';
    }
    if (!(await isInstalled('nft'))) return 'The program nft is not there; install nftables.';
    return tunnelObstacle();
  }

  async open(): Promise<void> {
    if (this.#uplink !== undefined && (await isAlive(this.#uplink.holder))) return;
    const reason = await this.obstacle();
    if (reason !== undefined) throw new EngineError('unsupported', reason);
    const made = await this.#start();
    await replaceFile(this.#recordPath, JSON.stringify(made));
    this.#uplink = made;
  }

  async adopt(): Promise<boolean> {
    const known = uplink.safeParse(parseJson(await readFile(this.#recordPath, 'utf8').catch(() => '')));
    if (!known.success) return false;
    if ((await isAlive(known.data.holder)) && (await isOfThisUser(known.data.holder.pid))) {
      this.#uplink = known.data;
      return true;
    }
    // Of a user namespace that went with its last container.
    await end(known.data.keeper);
    await rm(this.#recordPath, { force: true });
    return false;
  }

  async close(): Promise<void> {
    if (this.#uplink === undefined) return;
    const { keeper } = this.#uplink;
    this.#uplink = undefined;
    await end(keeper);
    await rm(this.#recordPath, { force: true });
  }

  async read(name: 'dev' | 'route' | 'ipv6_route'): Promise<string> {
    if (this.#uplink === undefined) return '';
    return readFile(`/proc/${this.#uplink.holder.pid}/net/${name}`, 'utf8').catch(() => '');
  }

  /** Of another namespace Node has sockets only from a child of its own. */
  async listen(address: string, port: number): Promise<Listeners> {
    const args = ['listen', this.namespace ?? '', address, String(port)];
    const child = spawn(this.#launcherPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const { promise, resolve, reject } = Promise.withResolvers<Listeners>();
    let datagrams: DatagramSocket | undefined;
    child.on('message', (_, handle) => {
      if (handle instanceof DatagramSocket) datagrams = handle;
      else if (handle instanceof Server && datagrams !== undefined) resolve({ datagrams, streams: handle });
    });
    const said = child.stderr === null ? Promise.resolve('') : text(child.stderr);
    child.once('error', reject).once('exit', (code) => {
      if (code !== 0) void said.then((words) => reject(new EngineError('unavailable', words.trim())));
    });
    return promise;
  }

  within({ program, args }: Started): Started {
    const { namespace } = this;
    if (namespace === undefined) throw new EngineError('internal', 'The network of the containers is not open.');
    return { program: this.#launcherPath, args: ['within', namespace, program, ...args] };
  }

  get #recordPath(): string {
    return join(this.#dir, 'uplink.json');
  }

  /** By the first program that can. */
  async #start(): Promise<Uplink> {
    const failures: string[] = [];
    for (const connector of await installed()) {
      const made = await this.#startWith(connector);
      if (typeof made !== 'string') return made;
      failures.push(`${connector[0]}: ${made}`);
    }
    throw new EngineError('unsupported', `The network of containers can't be connected: ${failures.join('; ')}.`);
  }

  /** The launcher says whose namespace it is once the program is ready. @returns else what the program said. */
  async #startWith(program: readonly string[]): Promise<Uplink | string> {
    const log = await open(join(this.#dir, 'uplink.log'), 'w', 0o600);
    try {
      const child = spawn(this.#launcherPath, ['uplink', ...program], {
        detached: true,
        stdio: ['ignore', 'pipe', log.fd],
        env: environment,
      });
      const { stdout } = child;
      if (stdout === null) throw new EngineError('internal', 'The uplink has no output.');
      child.unref();
      const said = Promise.race([once(createInterface({ input: stdout }), 'line'), once(child, 'exit')]);
      const [first] = z.array(z.unknown()).parse(await said);
      if (typeof first === 'string' && child.pid !== undefined) {
        return { keeper: await identify(child.pid), holder: await identify(Number(first)) };
      }
    } finally {
      await log.close();
    }
    const words = await readFile(join(this.#dir, 'uplink.log'), 'utf8').catch(() => '');
    return words.trim() || 'it said nothing';
  }
}

/** Administrators' programs are not in everybody's PATH. */
const SEARCHED = `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`;
const environment = { ...process.env, PATH: SEARCHED };

/** The ones that are here, in the order in which they are tried. */
async function installed(): Promise<readonly (readonly string[])[]> {
  const [hasPasta, hasSlirp] = await Promise.all(['pasta', 'slirp4netns'].map(isInstalled));
  if (!hasPasta) return hasSlirp ? [slirp4netns] : [];
  if (!hasSlirp) return [pasta];
  const { stdout } = await run('pasta', ['--version'], { env: environment }).catch(() => ({ stdout: '' }));
  return isSoundPasta(stdout) ? [pasta, slirp4netns] : [slirp4netns, pasta];
}

async function isInstalled(program: string): Promise<boolean> {
  const found = await Promise.all(SEARCHED.split(delimiter).map((folder) => isExecutable(join(folder, program))));
  return found.includes(true);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Whoever isn't root needs the device that tunnels are made with (the kernel's tuntap documentation). */
async function tunnelObstacle(): Promise<string | undefined> {
  try {
    await using _device = await open('/dev/net/tun', constants.O_RDWR);
    return undefined;
  } catch (error) {
    const isThere = !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
    return isThere
      ? "/dev/net/tun can't be opened by you; let everybody with sudo chmod 666 /dev/net/tun."
      : '/dev/net/tun is not there; have it with sudo modprobe tun.';
  }
}

/** Whether its network is to be entered by this engine: of the same user namespace. */
async function isOfThisUser(pid: number): Promise<boolean> {
  const [theirs, ours] = await Promise.all(
    [String(pid), 'self'].map((one) => readlink(`/proc/${one}/ns/user`).catch(() => undefined)),
  );
  return theirs !== undefined && theirs === ours;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
