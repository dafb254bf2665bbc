import { spawn } from 'node:child_process';

/** A program of the project's own tools, found on the PATH that `setup.mjs` has made. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Finished {
  readonly exitCode: number;
  readonly output: string;
}

const running = new Set<AbortController>();

/** Ends every program that is still running; each was started here and is ended by its own handle. */
export function endCommands(): void {
  for (const controller of running) controller.abort();
}

/**
 * Runs a program to its end. `show` passes its output on as it comes; otherwise it is collected.
 * A program that can't be started has exit code 127 and says so in its output.
 */
export async function runCommand(command: Command, output: 'show' | 'collect'): Promise<Finished> {
  const controller = new AbortController();
  running.add(controller);
  const child = spawn(command.program, command.args, {
    env: { ...process.env, ...command.env },
    stdio: output === 'show' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    signal: controller.signal,
    killSignal: 'SIGTERM',
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const { promise, resolve } = Promise.withResolvers<Finished>();
  const text = (): string => Buffer.concat(chunks).toString('utf8');
  child.on('error', (error) => {
    resolve({ exitCode: 127, output: `${text()}${command.program}: ${error.message}` });
  });
  child.on('close', (code) => {
    resolve({ exitCode: code ?? 1, output: text() });
  });
  try {
    return await promise;
  } finally {
    running.delete(controller);
  }
}
