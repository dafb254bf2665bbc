import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';

export interface Ending {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that is talked with: what it says is waited for, in the order in which it comes. */
export class WatchedProcess implements AsyncDisposable {
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #said = { stdout: '', stderr: '' };
  #seen = 0;
  #wake = Promise.withResolvers<void>();
  #isOver = false;

  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(program, args, { env });
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#child[stream].setEncoding('utf8').on('data', (text: string) => {
        this.#said[stream] += text;
        this.#stir();
      });
    }
    // A program that ends without having read all is no failure of the test.
    this.#child.stdin.on('error', () => undefined);
    this.ended = once(this.#child, 'close').then(() => {
      this.#isOver = true;
      this.#stir();
      return { code: this.#child.exitCode, ...this.#said };
    });
  }

  get stdout(): string {
    return this.#said.stdout;
  }

  get stderr(): string {
    return this.#said.stderr;
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  endInput(text: string | Uint8Array = ''): void {
    this.#child.stdin.end(text);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /**
   * Waits for stdout to say something after what was waited for last.
   * @returns what matched, and its groups. @throws Error with all it said when it ends without.
   */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#said.stdout.slice(this.#seen));
      if (found !== null) {
        this.#seen += found.index + found[0].length;
        return found;
      }
      if (this.#isOver) {
        throw new Error(`It ended without saying ${pattern}: ${JSON.stringify({ ...this.#said })}`);
      }
      await this.#wake.promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) this.kill('SIGKILL');
    await this.ended;
  }

  #stir(): void {
    const { resolve } = this.#wake;
    this.#wake = Promise.withResolvers<void>();
    resolve();
  }
}
