import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { DockerCli } from './docker-cli.ts';
import { WatchedProcess } from './watched-process.ts';

/** Debian's dockerd, that only keeps images: no bridge and no rules of its own. */
export interface DockerDaemon extends AsyncDisposable {
  readonly cli: DockerCli;
}

/** @param dir an empty directory. @param driver how it keeps layers: `vfs` works anywhere, `overlay2` is faster. */
export async function startDockerDaemon(dir: string, driver: 'vfs' | 'overlay2' = 'vfs'): Promise<DockerDaemon> {
  const host = `unix://${dir}/docker.sock`;
  const places = [`--data-root=${dir}/root`, `--exec-root=${dir}/exec`, `--pidfile=${dir}/pid`];
  const alone = ['--bridge=none', '--iptables=false', '--ip6tables=false', `--storage-driver=${driver}`];
  await mkdir(dir, { recursive: true });
  const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  const daemon = spawn('dockerd', [...places, ...alone, '--host', host], {
    stdio: 'ignore',
    env: { ...process.env, PATH },
  });
  await once(daemon, 'spawn');
  const cli = new DockerCli(host);
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if ((await cli.run(['version'])).code === 0) break;
    await setTimeout(100);
  }
  return {
    cli,
    [Symbol.asyncDispose]: async () => {
      if (daemon.exitCode !== null) return;
      const ended = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      await ended;
    },
  };
}

/** Debian's podman with stores of its own, for what it does with images. */
export class PodmanImages {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** @param dir an empty directory. */
  static async at(dir: string): Promise<PodmanImages> {
    await mkdir(dir, { recursive: true });
    const settings = `[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\nlock_type = "file"\ntmp_dir = "${dir}/tmp"\n`;
    await writeFile(join(dir, 'containers.conf'), settings);
    await writeFile(join(dir, 'policy.json'), '{"default":[{"type":"insecureAcceptAnything"}]}');
    return new PodmanImages(dir);
  }

  /** What a command that succeeds says, without the last line's end. @throws Error with what it said instead. */
  async text(command: string, ...args: readonly string[]): Promise<string> {
    const own = ['--root', join(this.#dir, 'root'), '--runroot', join(this.#dir, 'run'), '--storage-driver', 'vfs'];
    const env = { ...process.env, CONTAINERS_CONF: join(this.#dir, 'containers.conf') };
    const policy = ['pull', 'load', 'push'].includes(command)
      ? [`--signature-policy=${join(this.#dir, 'policy.json')}`]
      : [];
    await using podman = new WatchedProcess('podman', [...own, command, ...policy, ...args], env);
    podman.endInput('');
    const { code, stdout, stderr } = await podman.ended;
    if (code !== 0) throw new Error(`podman ${command} ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return stdout.trimEnd();
  }
}
