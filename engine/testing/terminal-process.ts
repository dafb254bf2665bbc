import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { WatchedProcess } from './watched-process.ts';

const run = promisify(execFile);

export interface ScreenSize {
  readonly rows: number;
  readonly columns: number;
}

export interface TerminalProcess extends AsyncDisposable {
  readonly process: WatchedProcess;
  /** As a window does that is dragged larger. */
  resize(size: ScreenSize): Promise<void>;
}

/** A program at a terminal of its own, which it shares with nobody: what it says comes out of `stdout`. */
export async function startAtTerminal(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  size: ScreenSize,
): Promise<TerminalProcess> {
  const words = command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  const line = `stty rows ${size.rows} cols ${size.columns}; tty; exec ${words}`;
  // util-linux's: a pty around a command, whose exit code it passes on.
  const process = new WatchedProcess('script', ['-qec', line, '/dev/null'], env);
  const [, terminal = ''] = await process.until(/(\/dev\/pts\/\d+)\r\n/);
  return {
    process,
    resize: async ({ rows, columns }) => {
      await run('stty', ['-F', terminal, 'rows', String(rows), 'cols', String(columns)]);
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}
