import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { DockerApi } from './docker-api.ts';

const run = promisify(execFile);

/** An engine on a socket of its own with an empty data root. Disposing ends it and everything it runs. */
export interface Peer extends AsyncDisposable {
  readonly name: string;
  readonly api: DockerApi;
}

async function isInstalled(program: string): Promise<boolean> {
  return run('sh', ['-c', 'command -v "$1"', 'sh', program]).then(
    () => true,
    () => false,
  );
}

async function waitForApi(name: string, api: DockerApi, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answered = await api.text('GET', '/_ping').then(
      () => true,
      () => false,
    );
    if (answered) return;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${name} did not answer on its socket`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(timer);
}

async function startPeer(
  name: string,
  socketPath: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Peer> {
  await mkdir(dirname(socketPath), { recursive: true });
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, {
    stdio: ['ignore', 'ignore', process.env['BENCH_VERBOSE'] ? 'inherit' : 'ignore'],
    env: { ...process.env, ...env },
  });
  child.on('error', () => undefined);
  const api = new DockerApi(socketPath);
  await waitForApi(name, api, child);
  return { name, api, [Symbol.asyncDispose]: () => end(child) };
}

/** Our engine, from the sources, as a person would start it. */
export async function startEstrato(directory: string): Promise<Peer> {
  const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  const socketPath = join(directory, 'estrato.sock');
  return startPeer('estrato', socketPath, [
    process.execPath,
    main,
    'engine',
    '--data-root',
    join(directory, 'root'),
    '--host',
    `unix://${socketPath}`,
  ]);
}

/** Debian's dockerd, without networks of its own: the scenarios need none. Undefined where it isn't installed. */
export async function startDocker(directory: string): Promise<Peer | undefined> {
  if (!(await isInstalled('dockerd'))) return undefined;
  const socketPath = join(directory, 'docker.sock');
  const state = [
    '--data-root',
    join(directory, 'root'),
    '--exec-root',
    join(directory, 'exec'),
    '--pidfile',
    join(directory, 'pid'),
  ];
  return startPeer('docker', socketPath, [
    'dockerd',
    ...state,
    '--host',
    `unix://${socketPath}`,
    '--bridge',
    'none',
    '--iptables=false',
  ]);
}

/**
 * Debian's podman as a service. It needs runc and its own cgroup manager where cgroups are hybrid, and limits that
 * an engine without CAP_SYS_RESOURCE may set.
 */
export async function startPodman(directory: string, insecureRegistry: string): Promise<Peer | undefined> {
  if (!(await isInstalled('podman'))) return undefined;
  await mkdir(directory, { recursive: true });
  const socketPath = join(directory, 'podman.sock');
  const containersConf = join(directory, 'containers.conf');
  const registriesConf = join(directory, 'registries.conf');
  const limits = 'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]';
  await writeFile(
    containersConf,
    `[containers]\n${limits}\n[engine]\ncgroup_manager = "cgroupfs"\nruntime = "runc"\nevents_logger = "file"\n`,
  );
  await writeFile(registriesConf, `[[registry]]\nlocation = "${insecureRegistry}"\ninsecure = true\n`);
  const state = ['--root', join(directory, 'root'), '--runroot', join(directory, 'run')];
  const env = { CONTAINERS_CONF: containersConf, CONTAINERS_REGISTRIES_CONF: registriesConf };
  return startPeer(
    'podman',
    socketPath,
    ['podman', ...state, 'system', 'service', '--time=0', `unix://${socketPath}`],
    env,
  );
}
