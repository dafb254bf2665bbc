import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * A shell that runs commands and reads the clock itself: starting a program from Node costs milliseconds, which would be
 * counted as the program's.
 */
export class TimedShell implements AsyncDisposable {
  readonly #shell: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  /** @param wrapper a program that starts the shell: `unshare -m`. */
  constructor({ wrapper = [], env = {} }: { readonly wrapper?: readonly string[]; readonly env?: NodeJS.ProcessEnv }) {
    const [program, ...args] = [...wrapper, 'bash', '--norc'];
    this.#shell = spawn(program, args, { env: { ...process.env, ...env } });
    this.#shell.stderr.resume();
    this.#lines = createInterface({ input: this.#shell.stdout })[Symbol.asyncIterator]();
  }

  /**
   * @param command one line of shell; what it says goes to where it sends it, or nowhere.
   * @returns milliseconds that it took. @throws Error when it fails.
   */
  async time(command: string): Promise<number> {
    // EPOCHREALTIME is read by the shell itself, in microseconds.
    this.#shell.stdin.write(
      `begun=$EPOCHREALTIME; { ${command}; } </dev/null >/dev/null; code=$?; echo "$code \${begun/[.,]/} \${EPOCHREALTIME/[.,]/}"\n`,
    );
    const line = await this.#lines.next();
    const words = line.done === true ? [] : line.value.split(' ');
    const [code, begun = 0, ended = 0] = words.map(Number);
    if (code !== 0) throw new Error(`${command.slice(0, 200)}: exit code ${String(code)}`);
    return (ended - begun) / 1000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#shell.exitCode !== null) return;
    const gone = once(this.#shell, 'exit');
    this.#shell.stdin.end();
    await gone;
  }
}
