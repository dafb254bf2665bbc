import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

import { startAtTerminal, type ScreenSize, type TerminalProcess } from './terminal-process.ts';
import { WatchedProcess, type Ending } from './watched-process.ts';

export interface DockerCliOptions {
  readonly program?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * A client that speaks BuildKit's protocol without a plugin: those before 23. Undefined where there is none.
 *
 * Debian's is one; a machine may have a newer one before it in the path.
 */
export function findBuildKitClient(): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(':').filter((directory) => directory !== '');
  return directories
    .map((directory) => `${directory}/docker`)
    .find((path) => {
      if (!existsSync(path)) return false;
      const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
      const major = Number(/version (\d+)\./.exec(stdout)?.[1] ?? 0);
      return major >= 19 && major < 23;
    });
}

/** The stock `docker` command at an engine's socket, with nobody's own settings. */
export class DockerCli {
  readonly #program: string;
  readonly #env: NodeJS.ProcessEnv;

  /** @param options another client than the first in the path, and more for its environment. */
  constructor(host: string, { program = 'docker', env = {} }: DockerCliOptions = {}) {
    const { PATH } = process.env;
    this.#program = program;
    this.#env = {
      PATH,
      HOME: tmpdir(),
      DOCKER_HOST: host,
      DOCKER_CONFIG: `${tmpdir()}/no-docker-config`,
      TERM: 'xterm',
      ...env,
    };
  }

  /** Runs a command to its end, whatever that is. */
  async run(args: readonly string[], input: string | Uint8Array = ''): Promise<Ending> {
    await using started = this.start(args);
    started.endInput(input);
    return await started.ended;
  }

  /** What a command that succeeds says, without the last line's end. @throws Error with what it said instead. */
  async text(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  /** Begins a command that is talked with. Disposing ends it. */
  start(args: readonly string[]): WatchedProcess {
    return new WatchedProcess(this.#program, args, this.#env);
  }

  /** The same at a terminal of its own, which it shares with nobody: what it says comes out of `stdout`. */
  async startAtTerminal(args: readonly string[], size: ScreenSize): Promise<TerminalProcess> {
    return startAtTerminal([this.#program, ...args], this.#env, size);
  }
}
