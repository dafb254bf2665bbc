import { onAbort } from '#engine/async/on-abort.ts';
import type { Attached } from '#engine/container/attach-container.ts';
import type { Answer } from '#engine/contract/methods.ts';
import type { TerminalSize } from '#engine/contract/terminal.ts';
import type { Attachment, AttachOptions, HeldProcess } from '#engine/runtime/runtime.ts';

import type { DuplexPeer } from './handler.ts';

type Peer = DuplexPeer<'containers.attach'>;

interface Terminal {
  readonly size: TerminalSize;
  readonly peer: Peer;
}

/**
 * A terminal between a person and a process, until the process has ended or the person has left.
 *
 * Nothing is buffered here: a client without credit stops the reading of the attachment, which stops the shim, and
 * that stops the pty. Input goes the same way back.
 */
export async function attachTerminal(
  attach: (options: AttachOptions) => Promise<Attached>,
  { size, peer }: Terminal,
  signal: AbortSignal,
): Promise<Answer<'containers.attach'>> {
  const screen = new Screen(peer);
  const { attachment, process, tty } = await attach({
    replay: true,
    stdin: true,
    onReplayed: () => screen.endReplay(),
  });
  await using attached = attachment;
  // Whoever has left must not be waited for: the process may stay silent for hours.
  const forget = onAbort(signal, () => void leave(attached));
  try {
    // Before anything is shown: what is drawn from now on has the right width.
    if (tty) await resize(process, size);
    void passInput(attached, peer);
    if (tty) void passSizes(process, peer);
    await screen.show(attached);
    signal.throwIfAborted();
    const { exitCode } = await process.wait();
    peer.send({ exited: { exitCode } });
    return { exitCode };
  } finally {
    forget();
  }
}

/** Output in order, with the mark between what was and what is put where it belongs. */
class Screen {
  readonly #peer: Peer;
  #written: Promise<void> = Promise.resolve();

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  async show({ output }: Attachment): Promise<void> {
    for await (const { bytes } of output) {
      this.#written = this.#peer.write(bytes);
      await this.#written;
    }
  }

  /** Messages overtake bytes that wait for credit, so this one waits for the bytes before it. */
  endReplay(): void {
    this.#written = this.#written.then(() => this.#peer.send({ replayed: true }));
    this.#written.catch(() => undefined);
  }
}

async function passInput(attachment: Attachment, peer: Peer): Promise<void> {
  try {
    for await (const bytes of peer.bytes) await attachment.write(bytes);
    await attachment.endInput();
  } catch {
    // The client has left or the process has ended: whoever shows the output learns which.
  }
}

async function passSizes(process: HeldProcess, peer: Peer): Promise<void> {
  try {
    for await (const { resize } of peer.messages) await process.resize(resize);
  } catch {
    // As for input.
  }
}

/** One that has just ended has no size any more, and still output and an exit code: those tell how it stands. */
async function resize(process: HeldProcess, size: TerminalSize): Promise<void> {
  try {
    await process.resize(size);
  } catch {
    // Nothing is drawn any more.
  }
}

async function leave(attachment: Attachment): Promise<void> {
  try {
    await attachment[Symbol.asyncDispose]();
  } catch {
    // The connection to its shim has gone before.
  }
}
