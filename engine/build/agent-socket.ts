import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { pipeline, type Duplex } from 'node:stream';

import type { RunMount } from './run-mount.ts';

/** Keys of a person's that steps may use and never see: each connection is one to the agent that has them (ssh-agent(1)). */
export interface KeyAgent {
  /** A new one each time. Destroyed when the agent, or the way to it, is gone. */
  connect(): Duplex;
}

/**
 * A socket for one step, of which every connection goes on to the agent, until `undo` is disposed of.
 * @param directory where it lies, of the machine's memory. @returns its path.
 */
export async function agentSocket(
  agent: KeyAgent,
  { mode, uid, gid }: Extract<RunMount, { readonly type: 'ssh' }>,
  { directory, undo }: { readonly directory: string; readonly undo: AsyncDisposableStack },
): Promise<string> {
  const dir = await mkdtemp(directory);
  undo.defer(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, 'agent');
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const there = agent.connect();
    // What breaks on one side is heard as an end on the other: ssh says that the agent has refused.
    pipeline(socket, there, () => undefined);
    pipeline(there, socket, () => undefined);
  });
  server.listen(path);
  await once(server, 'listening');
  undo.defer(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  });
  await chmod(path, mode);
  await chown(path, uid, gid);
  return path;
}
