import { access, readdir, realpath, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

import { pino } from 'pino';

import { removeTree } from '#engine/async/remove-tree.ts';
import { removeContainer } from '#engine/container/remove-container.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { readMounts } from '#engine/volume/mount-table.ts';

import { becomeRootless } from './become-rootless.ts';
import { openEngine } from './wiring.ts';

/**
 * Takes an engine away from the machine: its containers end, its bridges, rules and control groups go, and then all that
 * its data root holds. Killed anywhere on the way, it is gone on with by being called again.
 *
 * @throws EngineError `not-found` where no engine keeps anything, `conflict` while one runs there, or something is mounted
 * there that would go with it.
 */
export async function uninstall(place: string): Promise<void> {
  if (!(await isDataRoot(place))) {
    throw new EngineError('not-found', `No engine keeps anything in ${place}; name its --data-root.`);
  }
  // The kernel's table of mounts knows no symlinks.
  const dataRoot = await realpath(place);
  // Files of a container's other users are theirs alone, outside of its user namespace.
  await becomeRootless(dataRoot);
  await endEverything(dataRoot);
  await refuseMounts(dataRoot);
  // What says that it is a data root goes last.
  const names = (await readdir(dataRoot)).filter((name) => name !== MARK);
  await Promise.all(names.map((name) => removeTree(join(dataRoot, name))));
  await rm(join(dataRoot, MARK), { force: true });
  // The directory itself may be somebody's mount.
  await rmdir(dataRoot).catch(() => undefined);
}

/** Every engine makes it when it first opens its data root. */
const MARK = 'engine-id';

async function isDataRoot(path: string): Promise<boolean> {
  return access(join(path, MARK)).then(
    () => true,
    () => false,
  );
}

async function endEverything(dataRoot: string): Promise<void> {
  await using opened = await openEngine(dataRoot, pino({ level: 'silent' }));
  const { containers } = opened.engine;
  const ids = containers.table.list().map(({ id }) => id);
  await Promise.all(ids.map((id) => removeContainer(containers, id, { force: true, withVolumes: true })));
}

/** @throws EngineError `conflict`: what is mounted somewhere is not the engine's alone. */
async function refuseMounts(dataRoot: string): Promise<void> {
  const within = (await readMounts()).find(({ point }) => point.startsWith(`${dataRoot}/`));
  if (within === undefined) return;
  throw new EngineError('conflict', `Something is mounted at ${within.point}; unmount it, then call this again.`);
}
