import { access, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

const LINKS = '/sys/class/net';

/** An interface's alias holds no more (IFALIASZ of the kernel's if_link.h, less the NUL). */
const MOST_BYTES = 255;

/** A bridge of an engine whose data root is no more, and the key that the engine's rules are named by. */
export interface AbandonedBridge {
  readonly name: string;
  readonly key: string;
}

/** A path means what it says only to whoever sees the same mounts. */
async function placeOfPaths(): Promise<string> {
  return readlink('/proc/self/ns/mnt');
}

/**
 * Whose a bridge is, for its alias: the engine's key, where its paths hold, and its data root.
 * @returns nothing for a path that an alias can't hold: half of it could be another's.
 */
export async function ownersMark(key: string, dataRoot: string): Promise<string> {
  const mark = `estrato ${key} ${await placeOfPaths()} ${dataRoot}`;
  return Buffer.byteLength(mark) > MOST_BYTES ? '' : mark;
}

/**
 * Bridges of the network that this process is in which nobody will take down: no container is at them, and the data root
 * of their engine isn't there any more. What can't be judged from here isn't among them.
 */
export async function findAbandoned(): Promise<readonly AbandonedBridge[]> {
  const place = await placeOfPaths();
  const names = await readdir(LINKS).catch(() => []);
  const judged = await Promise.all(names.map((name) => judge(name, place)));
  return judged.filter((one) => one !== undefined);
}

async function judge(name: string, place: string): Promise<AbandonedBridge | undefined> {
  const alias = await readFile(join(LINKS, name, 'ifalias'), 'utf8').catch(() => '');
  const [, key, itsPlace, dataRoot] = /^estrato ([0-9a-f]{8}) (\S+) (\/.*)\n$/s.exec(alias) ?? [];
  if (key === undefined || dataRoot === undefined || itsPlace !== place) return undefined;
  const ports = await readdir(join(LINKS, name, 'brif')).catch(() => [name]);
  return ports.length === 0 && (await isGone(dataRoot)) ? { name, key } : undefined;
}

async function isGone(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT',
  );
}
