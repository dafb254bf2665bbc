import { onAbort } from '#engine/async/on-abort.ts';
import type { EngineClient } from '#engine/contract/client.ts';

/** This terminal joined to a container's own until its program ends. @returns the exit code. */
export async function joinTerminal(engine: EngineClient, container: string, signal: AbortSignal): Promise<number> {
  const { stdin, stdout } = process;
  const left = new AbortController();
  using _ = undoing(onAbort(signal, () => left.abort()));
  const terminal = engine.duplex(
    'containers.attach',
    { id: container, session: 'main', size: sizeHere() },
    left.signal,
  );
  const type = (bytes: Uint8Array): void => {
    stdin.pause();
    void terminal.write(bytes).then(
      () => stdin.resume(),
      () => undefined,
    );
  };
  const resize = (): void => terminal.send({ resize: sizeHere() });
  stdin.setRawMode(true);
  stdin.on('data', type);
  stdout.on('resize', resize);
  try {
    for await (const bytes of terminal.bytes) {
      if (!stdout.write(bytes)) await new Promise((resolve) => stdout.once('drain', resolve));
    }
    return (await terminal.answer).exitCode;
  } finally {
    stdin.off('data', type).pause();
    stdout.off('resize', resize);
    stdin.setRawMode(false);
  }
}

function sizeHere(): { readonly columns: number; readonly rows: number } {
  const { columns, rows } = process.stdout;
  return process.stdout.isTTY ? { columns, rows } : { columns: 80, rows: 24 };
}

function undoing(undo: () => void): Disposable {
  return { [Symbol.dispose]: undo };
}
