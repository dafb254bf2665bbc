import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.ts';
import { WatchedProcess, type Ending } from './watched-process.ts';

/** A folder with a Compose file, and the stock `docker-compose` at an engine's socket. Disposing removes the folder only. */
export class ComposeProject implements AsyncDisposable {
  readonly #directory: TemporaryDirectory;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(directory: TemporaryDirectory, host: string) {
    this.#directory = directory;
    this.#env = {
      PATH: process.env['PATH'],
      HOME: directory.path,
      DOCKER_HOST: host,
      // The Python client's own way to build asks nothing of whichever `docker` is in the path.
      COMPOSE_DOCKER_CLI_BUILD: '0',
      COMPOSE_PROJECT_NAME: 'shop',
    };
  }

  /** The project's file. */
  get file(): string {
    return join(this.#directory.path, 'compose.yaml');
  }

  /** @param files by their name; one is `compose.yaml`. */
  static async open(host: string, files: Readonly<Record<string, string>>): Promise<ComposeProject> {
    const project = new ComposeProject(await temporaryDirectory('compose'), host);
    await project.write(files);
    return project;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.#directory.path, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
  }

  /** Runs a command to its end, whatever that is. */
  async run(...args: readonly string[]): Promise<Ending> {
    await using started = this.start(...args);
    started.endInput();
    return await started.ended;
  }

  /** What a command that succeeds says, without the last line's end. @throws Error with what it said instead. */
  async text(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`docker-compose ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  /** Begins a command that goes on. Disposing ends it. */
  start(...args: readonly string[]): WatchedProcess {
    const place = ['--ansi', 'never', '--project-directory', this.#directory.path];
    return new WatchedProcess('docker-compose', [...place, ...fileOption(this.#directory.path), ...args], this.#env);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#directory[Symbol.asyncDispose]();
  }
}

function fileOption(directory: string): readonly string[] {
  return ['--file', join(directory, 'compose.yaml')];
}
