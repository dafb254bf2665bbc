import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { DockerApi } from './docker-api.ts';

const run = promisify(execFile);

/** Between two questions whether an engine answers already. */
const ASK_AGAIN_MS = 2;
const PATIENCE_MS = 120_000;

interface PeerOptions {
  readonly name: string;
  readonly socketPath: string;
  readonly argv: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** An engine on a socket and a data root of its own. Disposing ends it; its containers are for whoever made them. */
export class Peer implements AsyncDisposable {
  readonly name: string;
  readonly api: DockerApi;
  readonly #options: PeerOptions;
  #process: ChildProcess | undefined;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.name = options.name;
    this.api = new DockerApi(options.socketPath);
  }

  /** What clients have in `DOCKER_HOST`. */
  get host(): string {
    return `unix://${this.#options.socketPath}`;
  }

  /** Of the process that was started. @throws Error when there is none. */
  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error(`${this.name} is not running`);
    return pid;
  }

  /** Resolves with the first answer. */
  async start(): Promise<void> {
    const { argv, env, name } = this.#options;
    const [program = '', ...rest] = argv;
    const child = spawn(program, rest, {
      stdio: ['ignore', 'ignore', process.env['BENCH_VERBOSE'] ? 'inherit' : 'ignore'],
      env: { ...process.env, ...env },
    });
    child.on('error', () => undefined);
    this.#process = child;
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await this.#answers())) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${name} did not answer on its socket`);
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await gone;
    clearTimeout(timer);
    // What is left of it would look like an answer that is not there.
    await rm(this.#options.socketPath, { force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #answers(): Promise<boolean> {
    return this.api.ping().then(
      () => true,
      () => false,
    );
  }
}

/** Those that are installed, not started yet. Ours is the first. */
export async function findPeers(directory: string, insecureRegistry: string): Promise<readonly Peer[]> {
  const peers = [await estrato(join(directory, 'estrato'))];
  if (await isInstalled('dockerd')) peers.push(await docker(join(directory, 'docker')));
  if (await isInstalled('podman')) peers.push(await podman(join(directory, 'podman'), insecureRegistry));
  return peers;
}

async function isInstalled(program: string): Promise<boolean> {
  return run('sh', ['-c', 'command -v "$1"', 'sh', program]).then(
    () => true,
    () => false,
  );
}

/**
 * Our engine as `npx estrato engine` starts it, but on a Node that no other process shares memory with.
 * @param wrapper a program that starts it: `unshare --user`.
 */
export async function estrato(directory: string, wrapper: readonly string[] = []): Promise<Peer> {
  await mkdir(directory, { recursive: true });
  const main = fileURLToPath(new URL('../cli/estrato.mjs', import.meta.url));
  const node = join(directory, 'node');
  await cp(process.execPath, node);
  const socketPath = join(directory, 'estrato.sock');
  const state = ['--data-root', join(directory, 'root'), '--host', `unix://${socketPath}`];
  return new Peer({ name: 'estrato', socketPath, argv: [...wrapper, node, main, 'engine', ...state] });
}

/** Debian's dockerd, with a containerd of its own. */
async function docker(directory: string): Promise<Peer> {
  await mkdir(directory, { recursive: true });
  const socketPath = join(directory, 'docker.sock');
  const places = { 'data-root': 'root', 'exec-root': 'exec', pidfile: 'pid' };
  const state = Object.entries(places).flatMap(([option, name]) => [`--${option}`, join(directory, name)]);
  return new Peer({ name: 'docker', socketPath, argv: ['dockerd', ...state, '--host', `unix://${socketPath}`] });
}

/**
 * Debian's podman as a service. It needs runc and its own cgroup manager where cgroups are hybrid, and limits that
 * an engine without CAP_SYS_RESOURCE may set.
 */
async function podman(directory: string, insecureRegistry: string): Promise<Peer> {
  await mkdir(directory, { recursive: true });
  const socketPath = join(directory, 'podman.sock');
  const containersConf = join(directory, 'containers.conf');
  const registriesConf = join(directory, 'registries.conf');
  const limits = 'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]';
  // Locks in files of its own: those in shared memory are everybody's, and stay taken when its storage is removed.
  const locks = `lock_type = "file"\ntmp_dir = "${directory}/tmp"`;
  const engine = `cgroup_manager = "cgroupfs"\nruntime = "runc"\nevents_logger = "file"\n${locks}`;
  const network = `network_config_dir = "${directory}/networks"`;
  await writeFile(containersConf, `[containers]\n${limits}\n[engine]\n${engine}\n[network]\n${network}\n`);
  await writeFile(registriesConf, `[[registry]]\nlocation = "${insecureRegistry}"\ninsecure = true\n`);
  const state = ['--root', join(directory, 'root'), '--runroot', join(directory, 'run')];
  const env = { CONTAINERS_CONF: containersConf, CONTAINERS_REGISTRIES_CONF: registriesConf };
  const argv = ['podman', ...state, 'system', 'service', '--time=0', `unix://${socketPath}`];
  return new Peer({ name: 'podman', socketPath, argv, env });
}
