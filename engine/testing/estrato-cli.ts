import { fileURLToPath } from 'node:url';

import { startAtTerminal, type ScreenSize, type TerminalProcess } from './terminal-process.ts';
import { WatchedProcess, type Ending } from './watched-process.ts';

/** The `estrato` command as it is in this checkout; this very Node runs it. */
export const estratoMain = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

/** Without a data root it is only ever found, never started. */
interface EnginePlace {
  readonly dataRoot?: string;
  readonly host: string;
}

/** The `estrato` command at an engine that runs. */
export class EstratoCli {
  readonly #place: Readonly<Record<string, string>>;
  readonly #env: NodeJS.ProcessEnv;

  /** @param env more for its environment. */
  constructor({ dataRoot, host }: EnginePlace, env: NodeJS.ProcessEnv = {}) {
    this.#place = { ESTRATO_HOST: host, ...(dataRoot === undefined ? {} : { ESTRATO_DATA_ROOT: dataRoot }) };
    this.#env = { ...process.env, TERM: 'xterm', ...this.#place, ...env };
  }

  /** The same as a shell script, for places that have no `estrato`. */
  get script(): string {
    const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ');
    const place = Object.entries(this.#place).map(([name, value]) => `${name}=${quoted([value])}`);
    return `export ${place.join(' ')}; exec ${quoted([process.execPath, estratoMain])} "$@"`;
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
    if (code !== 0) throw new Error(`estrato ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  /** Begins a command that goes on. Disposing ends it. */
  start(args: readonly string[]): WatchedProcess {
    return new WatchedProcess(process.execPath, [estratoMain, ...args], this.#env);
  }

  /** The same at a terminal of its own. */
  startAtTerminal(args: readonly string[], size: ScreenSize): Promise<TerminalProcess> {
    return startAtTerminal([process.execPath, estratoMain, ...args], this.#env, size);
  }
}
