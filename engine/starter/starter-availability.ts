import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import type { SystemInfo } from '#engine/contract/system.ts';

/** Which first images this machine can make, and what is missing for the others. */
export async function starterAvailability(): Promise<SystemInfo['starters']> {
  const isRoot = process.getuid?.() === 0;
  return [
    await starter('busybox', [['busybox'], ['apt-get', 'dpkg-deb']], 'busybox-static', isRoot),
    await starter('debian', [['mmdebstrap', 'apt-get']], 'mmdebstrap', isRoot),
  ];
}

async function starter(
  kind: 'busybox' | 'debian',
  ways: readonly (readonly string[])[],
  packageName: string,
  isRoot: boolean,
): Promise<SystemInfo['starters'][number]> {
  const found = await Promise.all(ways.map(async (programs) => Promise.all(programs.map(findProgram))));
  if (!isRoot) return { kind, available: false, reason: 'It takes root, of the machine or of a user namespace.' };
  if (found.some((paths) => paths.every((path) => path !== undefined))) return { kind, available: true };
  return { kind, available: false, reason: `It needs Debian's package ${packageName}: apt-get install ${packageName}` };
}

/** Where a program is; Debian keeps some out of a normal user's PATH. */
export async function findProgram(name: string): Promise<string | undefined> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
