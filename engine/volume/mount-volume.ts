import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { EngineError } from '#engine/contract/errors.ts';

import { localMount, type LocalMount } from './local-options.ts';
import { volumeData } from './volume-dir.ts';
import type { VolumeParts } from './volume-parts.ts';

const run = promisify(execFile);

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
    if (mount !== undefined && !(await isMounted(data))) await mountAt(data, mount);
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
  if (await isMounted(data)) await run('umount', [data]);
}

async function mountAt(data: string, { type, device, words }: LocalMount): Promise<void> {
  const options = words.length === 0 ? [] : ['-o', words.join(',')];
  const kind = type === 'tmpfs' ? ['-t', type] : [];
  try {
    await run('mount', [...kind, ...options, '--', device, data]);
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new EngineError('invalid-argument', `failed to mount local volume: mount ${device}:${data}: ${said}`, {
      cause,
    });
  }
}

/** proc_pid_mountinfo(5): the fifth field, in which a space is \040. */
async function isMounted(path: string): Promise<boolean> {
  const field = path.replace(/[ \t\n\\]/g, (odd) => `\\${odd.charCodeAt(0).toString(8).padStart(3, '0')}`);
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  return table.split('\n').some((line) => line.split(' ')[4] === field);
}
