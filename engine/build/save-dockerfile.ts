import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readlink, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';

import { isAbsent } from '#engine/archive/held-directory.ts';
import { EngineError } from '#engine/contract/errors.ts';

interface Saved {
  /** Absolute. */
  readonly folder: string;
  /** In the folder, by a path that may go through directories of it. */
  readonly file: string;
  readonly dockerfile: string;
  /** What stood there when it was read; undefined for a new one. */
  readonly known: string | undefined;
}

/**
 * Writes a Dockerfile into its build context: whole or not at all, with the mode and the owner that it had.
 *
 * The directory is held by a descriptor whose place is looked at once it is open: whatever is renamed or linked
 * meanwhile, nothing outside of the folder is written.
 *
 * @throws EngineError `invalid-argument` for a place elsewhere, `conflict` for one that somebody has changed meanwhile.
 */
export async function saveDockerfile({ folder, file, dockerfile, known }: Saved): Promise<void> {
  const asked = resolve(folder, file === '' ? 'Dockerfile' : file);
  await using directory = await heldIn(folder, asked);
  const here = `/proc/self/fd/${directory.fd}`;
  const name = basename(asked);
  const { mode, uid, gid } = await looksOf({ path: join(here, name), asked, known }, await directory.stat());
  const partial = join(here, `.${name}.${randomUUID()}`);
  try {
    await using handle = await open(partial, 'wx', mode);
    await handle.writeFile(dockerfile);
    await handle.chown(uid, gid);
    // The mode of `open` is cut by the umask, and a change of owner takes bits of it.
    await handle.chmod(mode);
    await handle.sync();
    await rename(partial, join(here, name));
  } catch (cause) {
    await rm(partial, { force: true });
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new EngineError('unavailable', `${asked} could not be written (${reason}); look at its folder.`, { cause });
  }
}

/** The directory of what is asked for, which is the folder or in it. */
async function heldIn(folder: string, asked: string): Promise<FileHandle> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw new EngineError('invalid-argument', `${folder} is no folder; name the build context.`, { cause });
  });
  const handle = await open(dirname(asked), constants.O_RDONLY | constants.O_DIRECTORY).catch((cause: unknown) => {
    throw new EngineError('not-found', `There is no folder ${dirname(asked)} to save in; make it first.`, { cause });
  });
  const inside = relative(root, await readlink(`/proc/self/fd/${handle.fd}`));
  if (inside !== '..' && !inside.startsWith('../') && asked !== resolve(folder)) return handle;
  await handle.close();
  throw new EngineError('invalid-argument', `${asked} is not in ${folder}; a Dockerfile is saved in its folder only.`);
}

const NEW_MODE = 0o644;

interface Place {
  readonly path: string;
  /** The path as people know it. */
  readonly asked: string;
  readonly known: string | undefined;
}

/** Mode and owner of the file that is there, if it is still the one that was read; a new one is its directory's owner's. */
async function looksOf({ path, asked, known }: Place, parent: Stats): Promise<Pick<Stats, 'mode' | 'uid' | 'gid'>> {
  const about = await lstat(path).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (about !== undefined && !about.isFile())
    throw new EngineError('invalid-argument', `${asked} is no plain file; name the file that it leads to, or another.`);
  const isSame = about === undefined ? known === undefined : known !== undefined && (await holds(path, about, known));
  if (!isSame) {
    const what = about === undefined ? 'is gone' : 'has other content';
    throw new EngineError('conflict', `${asked} ${what} since it was read; read it again, or save by another name.`);
  }
  const { uid, gid } = about ?? parent;
  return { mode: about === undefined ? NEW_MODE : about.mode & 0o7777, uid, gid };
}

async function holds(path: string, { size }: Stats, text: string): Promise<boolean> {
  const bytes = Buffer.from(text);
  if (size !== bytes.length) return false;
  await using handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  return bytes.equals(await handle.readFile());
}
