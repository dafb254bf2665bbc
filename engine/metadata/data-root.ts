import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { removeTree } from '#engine/async/remove-tree.ts';
import { makeDirectories } from '#engine/async/make-directories.ts';
import { EngineError } from '#engine/contract/errors.ts';

/**
 * Everything the engine keeps, beneath one directory owned by one engine at a time.
 *
 * Held until disposed or until the process ends, however it ends: the lock is the kernel's.
 */
export interface DataRoot extends AsyncDisposable {
  /** Without symlinks: the kernel's table of mounts knows no others. */
  readonly path: string;
  readonly databasePath: string;
  readonly blobsDir: string;
  readonly layersDir: string;
  readonly snapshotsDir: string;
  readonly containersDir: string;
  readonly volumesDir: string;
  /** What was removed and can come back, one directory each. */
  readonly trashDir: string;
  /** On the same file system as the rest; empty when the engine starts. */
  readonly temporaryDir: string;
}

/**
 * @throws EngineError `conflict` when another engine holds it, `forbidden` when it can't be written, `out-of-space`
 * when the disk is full, `invalid-argument` when the path is not a directory.
 */
export async function openDataRoot(path: string): Promise<DataRoot> {
  const named = resolve(path);
  try {
    await makeDirectories(named, 0o711);
    const root = await realpath(named);
    const release = await takeLock(root);
    try {
      return await layOut(root, release);
    } catch (error) {
      await release();
      throw error;
    }
  } catch (error) {
    throw explained(error, named);
  }
}

async function layOut(root: string, release: () => Promise<void>): Promise<DataRoot> {
  const temporaryDir = join(root, 'tmp');
  // What a killed engine was writing is worth nothing without the engine.
  await removeTree(temporaryDir);
  const layout = {
    path: root,
    databasePath: join(root, 'estrato.db'),
    blobsDir: join(root, 'blobs'),
    layersDir: join(root, 'layers'),
    snapshotsDir: join(root, 'snapshots'),
    containersDir: join(root, 'containers'),
    volumesDir: join(root, 'volumes'),
    trashDir: join(root, 'trash'),
    temporaryDir,
  };
  await makeDirectories(layout.blobsDir, 0o700);
  await makeDirectories(layout.trashDir, 0o700);
  await makeDirectories(layout.temporaryDir, 0o700);
  // Root of a user namespace that differs from the engine's must be able to walk to its own root file system.
  await Promise.all(
    [layout.layersDir, layout.snapshotsDir, layout.containersDir, layout.volumesDir].map((dir) =>
      makeDirectories(dir, 0o711),
    ),
  );
  return { ...layout, [Symbol.asyncDispose]: release };
}

/** SQLITE_BUSY, sqlite3.h. */
const SQLITE_BUSY = 5;

/** Node has no flock(2), but SQLite's exclusive lock is a kernel lock on a file too, and goes with the process. */
async function takeLock(root: string): Promise<() => Promise<void>> {
  const pidFile = join(root, 'lock');
  const lock = new DatabaseSync(join(root, 'lock.db'), { timeout: 0 });
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    await writeFile(pidFile, `${process.pid}\n`, { mode: 0o644 });
  } catch (error) {
    lock.close();
    if (!(error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY)) throw error;
    const pid = await holder(pidFile);
    throw new EngineError(
      'conflict',
      `The data root ${root} is in use by the engine with pid ${pid}; stop it or choose another --data-root.`,
    );
  }
  return async () => {
    if (!lock.isOpen) return;
    await rm(pidFile, { force: true });
    lock.close();
  };
}

async function holder(pidFile: string): Promise<string> {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  return text.trim() || 'unknown';
}

function explained(error: unknown, root: string): unknown {
  if (error instanceof EngineError || !(error instanceof Error)) return error;
  const kind = kindOf(error);
  if (kind === 'full') {
    return new EngineError(
      'out-of-space',
      `The disk of the data root ${root} is full; free some space and start again.`,
      { cause: error },
    );
  }
  if (kind === 'refused') {
    return new EngineError(
      'forbidden',
      `The data root ${root} can't be written by this user; run the engine as a user who may, or choose another with --data-root.`,
      { cause: error },
    );
  }
  if (kind === 'in-the-way') {
    return new EngineError(
      'invalid-argument',
      `The data root ${root} is not a directory; choose another with --data-root.`,
      { cause: error },
    );
  }
  return error;
}

type Kind = 'full' | 'refused' | 'in-the-way';

const kindsByErrno: Readonly<Record<string, Kind>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EACCES: 'refused',
  EPERM: 'refused',
  EROFS: 'refused',
  ENOTDIR: 'in-the-way',
  EEXIST: 'in-the-way',
};

/** SQLITE_FULL, SQLITE_CANTOPEN, SQLITE_READONLY (sqlite3.h). */
const kindsBySqlite: Readonly<Record<number, Kind>> = { 13: 'full', 14: 'refused', 8: 'refused' };

function kindOf(error: Error): Kind | undefined {
  // Of an extended code, the lowest byte is the code it extends.
  if ('errcode' in error && typeof error.errcode === 'number') return kindsBySqlite[error.errcode & 0xff];
  return 'code' in error && typeof error.code === 'string' ? kindsByErrno[error.code] : undefined;
}
