import { HeldDirectory } from '#engine/archive/held-directory.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { RunningContainer } from '#engine/runtime/runtime.ts';

import { containerDir } from './container-dir.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';
import { openTree } from './open-tree.ts';

/** A container's files as it sees them itself. */
export interface LiveTree extends AsyncDisposable {
  readonly root: HeldDirectory;
  /** Whether what is mounted in it is there too: of one that doesn't run nothing is. */
  readonly hasMounts: boolean;
}

/** To be read; of a container that runs also what is mounted in it. */
export async function openToRead(parts: ContainerParts, container: Container): Promise<LiveTree> {
  const running = parts.table.running(container.id);
  if (running !== undefined) return openRunning(container, running);
  return hold(await openTree(parts, container), false);
}

/** To be written to. Of one that doesn't run the caller has it exclusively: it must not start meanwhile. */
export async function openToWrite(parts: ContainerParts, container: Container): Promise<LiveTree> {
  const { id, config } = container;
  const running = parts.table.running(id);
  if (running !== undefined) return openRunning(container, running);
  if (config.readOnlyRootfs) throw new EngineError('forbidden', 'container rootfs is marked read-only');
  return hold(await parts.runtime.openRoot(await parts.snapshots.mount(id), containerDir(parts, id)), false);
}

/** Through its first process, made sure of after the root was opened: by then a number may be somebody else's. */
async function openRunning({ name }: Container, running: RunningContainer): Promise<LiveTree> {
  await using undo = new AsyncDisposableStack();
  const root = undo.use(await HeldDirectory.open(`/proc/${running.pid}/root`));
  const [own, host, pids] = await Promise.all([root.ownStat(), hostRoot(), running.pids()]);
  if (!pids.includes(running.pid) || (own.dev === host.dev && own.ino === host.ino)) {
    throw new EngineError('conflict', `The container ${name} has ended meanwhile; try again.`);
  }
  const owned = undo.move();
  return { root, hasMounts: true, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function hostRoot(): ReturnType<HeldDirectory['ownStat']> {
  await using root = await HeldDirectory.open('/');
  return await root.ownStat();
}

async function hold(open: AsyncDisposable & { readonly path: string }, hasMounts: boolean): Promise<LiveTree> {
  await using undo = new AsyncDisposableStack();
  undo.use(open);
  const root = undo.use(await HeldDirectory.open(open.path));
  const owned = undo.move();
  return { root, hasMounts, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/**
 * Nobody is to look for, or leave, anything where a container that doesn't run has nothing mounted yet.
 * @param path absolute, without links.
 * @throws EngineError `conflict`
 */
export function refuseMounted({ hasMounts }: LiveTree, { name, config }: Container, path: string): void {
  const isIn = ({ destination }: { readonly destination: string }): boolean =>
    path === destination || path.startsWith(`${destination}/`);
  if (hasMounts || !config.mounts.some(isIn)) return;
  throw new EngineError(
    'conflict',
    `${path} is mounted in the container ${name} only while it runs; start it to copy there.`,
  );
}
