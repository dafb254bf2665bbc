import { execFile } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { promisify } from 'node:util';

import { EngineError } from '#engine/contract/errors.ts';

import { hostOf, localMount, type LocalMount } from './local-options.ts';
import { mountArguments } from './mount-arguments.ts';
import { readMounts } from './mount-table.ts';
import { volumeData } from './volume-dir.ts';
import type { VolumeParts } from './volume-parts.ts';

const run = promisify(execFile);

/** How long another machine may take to answer. */
const PATIENCE_MS = 60_000;

/**
 * Where the volume's data is for a container that starts now. What its options name is mounted there first, once for
 * all containers that use it.
 *
 * @throws EngineError `invalid-argument` when that can't be mounted.
 */
export async function mountVolume(parts: VolumeParts, name: string): Promise<string> {
  const data = volumeData(parts, name);
  await parts.table.exclusively(name, async () => {
    const mount = localMount(parts.table.find(name).options);
    if (mount !== undefined && !(await isMounted(data))) await mountAt(parts.launcherPath, data, mount);
  });
  return data;
}

/** Undoes the mount once no container uses the volume any more. */
export async function unmountVolume(parts: VolumeParts, name: string): Promise<void> {
  await parts.table.exclusively(name, async () => {
    const isUsed = parts.usage.users(name).some(({ running }) => running) || parts.table.isHeld(name);
    if (!isUsed) await unmountData(parts, name);
  });
}

/** The same for a caller who has the volume exclusively, and has seen that nobody uses it. */
export async function unmountData(parts: VolumeParts, name: string): Promise<void> {
  const data = volumeData(parts, name);
  const options = parts.table.get(name)?.options;
  if (options !== undefined && Object.keys(options).length === 0) return;
  if (await isMounted(data)) await run(parts.launcherPath, ['unmount', data]);
}

async function mountAt(launcherPath: string, data: string, mount: LocalMount): Promise<void> {
  const { type, device } = mount;
  const { flags, reach, data: own } = mountArguments(mount, await addressOf(mount));
  try {
    await run(launcherPath, ['mount', type, device, data, own, String(flags), String(reach)], {
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
    });
  } catch (cause) {
    const said = `failed to mount local volume: mount ${device}:${data}: ${reasonOf(cause, mount)}`;
    throw new EngineError('invalid-argument', said, { cause });
  }
}

/** The kernel knows no names. Of a file system of this machine there is none. */
async function addressOf(mount: LocalMount): Promise<string | undefined> {
  const host = /^(nfs4?|cifs|smb3?)$/.test(mount.type) ? hostOf(mount) : mount.words.find(isAddress)?.slice(5);
  if (host === undefined) return undefined;
  try {
    return (await lookup(host)).address;
  } catch (cause) {
    throw new EngineError(
      'invalid-argument',
      `failed to mount local volume: there is no machine called ${host}; check the option addr of the volume.`,
      { cause },
    );
  }
}

function isAddress(word: string): boolean {
  return word.startsWith('addr=');
}

/** What the launcher said, with what can be done about it where that isn't plain. */
function reasonOf(cause: unknown, { type, device }: LocalMount): string {
  if (!(cause instanceof Error)) return String(cause);
  if ('killed' in cause && cause.killed === true) {
    return `nobody has answered for ${PATIENCE_MS / 1000} seconds; check that the machine of ${device} can be reached`;
  }
  const said = 'stderr' in cause ? String(cause.stderr).trim() : cause.message;
  const reason = /: ([^:]+)$/.exec(said)?.[1] ?? said;
  const isUnknown = reason === 'No such device';
  return isUnknown ? `no such device: this machine's kernel has no file system ${type}` : reason.toLowerCase();
}

export async function isMounted(path: string): Promise<boolean> {
  const mounts = await readMounts();
  return mounts.some(({ point }) => point === path);
}
