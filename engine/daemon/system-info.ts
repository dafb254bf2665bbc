import { access, constants, readFile, statfs } from 'node:fs/promises';
import { arch, cpus, release, totalmem } from 'node:os';

import type { SystemInfo } from '#engine/contract/system.ts';
import { isInUserNamespace } from '#engine/snapshot/user-namespace.ts';
import { starterAvailability } from '#engine/starter/starter-availability.ts';

import { launcherPath } from './shipped-files.ts';

interface Identity {
  readonly version: string;
  readonly id: string;
  readonly dataRoot: string;
}

/** What this machine is, and what it can't do. Asked rarely, so everything is looked up again. */
export async function systemInfo(identity: Identity, storageDriver: 'overlay' | 'copy'): Promise<SystemInfo> {
  const { bavail, blocks, bsize } = await statfs(identity.dataRoot);
  const isRootless = process.getuid?.() !== 0 || isInUserNamespace();
  const cgroupMode = isRootless ? 'none' : cgroupModeOf(await readOr('/proc/self/mounts', ''));
  const canRun = process.getuid?.() === 0;
  const hasLauncher = await isExecutable(launcherPath);
  return {
    engineVersion: identity.version,
    engineId: identity.id,
    pid: process.pid,
    dataRoot: identity.dataRoot,
    kernelVersion: release(),
    operatingSystem: prettyName(await readOr('/etc/os-release', '')),
    architecture: arch(),
    cpus: cpus().length,
    memoryBytes: totalmem(),
    cgroupMode,
    storageDriver,
    isRootless,
    disk: { free: bavail * bsize, total: blocks * bsize },
    warnings: warningsOf({ storageDriver, isRootless, canRun, cgroupMode, hasLauncher }),
    starters: await starterAvailability(),
  };
}

/** How the machine's cgroups are mounted, read from `/proc/self/mounts` (cgroups(7)). */
export function cgroupModeOf(mounts: string): SystemInfo['cgroupMode'] {
  const types = new Set(mounts.split('\n').map((line) => line.split(' ')[2]));
  if (types.has('cgroup')) return types.has('cgroup2') ? 'hybrid' : 'v1';
  return types.has('cgroup2') ? 'v2' : 'none';
}

/** `PRETTY_NAME` of os-release(5). */
export function prettyName(osRelease: string): string {
  const line = osRelease.split('\n').find((each) => each.startsWith('PRETTY_NAME='));
  return line?.slice('PRETTY_NAME='.length).replace(/^["']|["']$/g, '') ?? 'Linux';
}

interface Findings extends Pick<SystemInfo, 'isRootless' | 'cgroupMode'> {
  readonly storageDriver: 'overlay' | 'copy';
  readonly hasLauncher: boolean;
  /** Root, of the machine or of a user namespace. */
  readonly canRun: boolean;
}

/** A sentence for each thing that doesn't work here, with what to do about it. */
export function warningsOf({ storageDriver, isRootless, canRun, cgroupMode, hasLauncher }: Findings): string[] {
  const warnings: string[] = [];
  if (!canRun) {
    warnings.push(
      'This engine is neither root nor in a user namespace: images can be pulled and looked into, but no container can be started; allow unprivileged user namespaces (sysctl user.max_user_namespaces), or start it as root.',
    );
  } else if (isRootless) {
    warnings.push(
      'This engine does not run as root, so its containers have no limits of memory and processes (--memory, --pids-limit).',
    );
  }
  if (!hasLauncher) {
    warnings.push(
      `The launcher is missing at ${launcherPath}, so no container can be started; compile it with npm run setup.`,
    );
  }
  if (storageDriver === 'copy') {
    warnings.push(
      'Overlay file systems cannot be mounted here, so every container gets a whole copy of its image: slower to create, and larger. A kernel with overlayfs, and root, make it a mount.',
    );
  }
  if (cgroupMode === 'none' && !isRootless) {
    warnings.push(
      'No cgroups are mounted, so containers have no limits of memory and processes; mount cgroup2 on /sys/fs/cgroup.',
    );
  }
  warnings.push(
    'Containers have no bridge network yet: they have their own loopback, or the network of this machine with network "host".',
  );
  return warnings;
}

function readOr(path: string, otherwise: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => otherwise);
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
