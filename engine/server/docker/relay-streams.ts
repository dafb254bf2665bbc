import { once } from 'node:events';

import type { Attachment } from '#engine/runtime/runtime.ts';

import { DetachKeyScanner } from '#engine/contract/detach-keys.ts';
import type { HijackedConnection } from './hijack.ts';
import { partsFor } from './raw-stream.ts';

/** What bytes go to and come from. */
export type RelayedConnection = Pick<HijackedConnection, 'input' | 'write' | 'signal'>;

export interface RelayOptions {
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Only looked for in what goes to a terminal. */
  readonly detachKeys: readonly number[];
}

/**
 * Passes bytes between a client and a process until the process has ended, the client has gone or detaches.
 * @returns `detached` when the client typed the keys.
 */
export async function relayStreams(
  connection: RelayedConnection,
  attachment: Attachment,
  options: RelayOptions,
): Promise<'ended' | 'left' | 'detached'> {
  const { signal } = connection;
  const output = sendOutput(connection, attachment, options).then(() => 'ended' as const);
  const input = takeInput(connection, attachment, options);
  const gone = signal.aborted ? Promise.resolve('left' as const) : once(signal, 'abort').then(() => 'left' as const);
  return Promise.race([output, input, gone]);
}

function sendOutput(
  connection: RelayedConnection,
  attachment: Attachment,
  { tty, stdout, stderr }: RelayOptions,
): Promise<void> {
  const parts = partsFor(tty);
  return attachment.relay((chunks) => {
    const wanted = chunks.filter(({ stream }) => (stream === 'stderr' ? stderr : stdout));
    return wanted.length === 0 ? undefined : connection.write(wanted.flatMap(parts));
  });
}

/** Settles only when the client detaches: one that has said all it had still wants to hear the rest. */
async function takeInput(
  { input }: RelayedConnection,
  attachment: Attachment,
  { tty, stdin, detachKeys }: RelayOptions,
): Promise<'detached'> {
  const scanner = tty ? new DetachKeyScanner(detachKeys) : undefined;
  try {
    for await (const bytes of input) {
      // Read all the same, so that the client's end is seen.
      if (!stdin) continue;
      const { passed, isDetached } = scanner?.scan(bytes) ?? { passed: bytes, isDetached: false };
      if (passed.length > 0) await attachment.write(passed);
      if (isDetached) return 'detached';
    }
    if (stdin) await attachment.endInput();
  } catch {
    // A process that takes no input any more still has output to send.
  }
  return new Promise(() => undefined);
}
