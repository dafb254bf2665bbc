import { access, constants, readFile, statfs } from 'node:fs/promises';
import { arch, cpus, release, totalmem } from 'node:os';

import type { SystemInfo } from '#engine/contract/system.ts';
import { findHierarchies } from '#engine/runtime/cgroups.ts';
import { isInUserNamespace } from '#engine/snapshot/user-namespace.ts';
import { starterAvailability } from '#engine/starter/starter-availability.ts';

import { capabilitiesOf, warningsIn } from './capabilities.ts';
import { hostFacts, type HostFacts } from './host-facts.ts';
import { launcherPath } from './shipped-files.ts';

interface Identity {
  readonly version: string;
  readonly id: string;
  readonly dataRoot: string;
}

/** What this machine is, and what it can't do. Asked rarely, so everything is looked up again. */
export async function systemInfo(
  identity: Identity,
  { storageDriver, networks }: Pick<HostFacts, 'storageDriver' | 'networks'>,
): Promise<SystemInfo> {
  const { bavail, blocks, bsize } = await statfs(identity.dataRoot);
  const isRootless = process.getuid?.() !== 0 || isInUserNamespace();
  const cgroupMode = findHierarchies().mode;
  const hasLauncher = await isExecutable(launcherPath);
  const capabilities = capabilitiesOf(await hostFacts({ storageDriver, networks, hasLauncher }));
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
    capabilities,
    warnings: warningsIn(capabilities),
    starters: await starterAvailability(),
  };
}

/** `PRETTY_NAME` of os-release(5). */
export function prettyName(osRelease: string): string {
  const line = osRelease.split('\n').find((each) => each.startsWith('PRETTY_NAME='));
  return line?.slice('PRETTY_NAME='.length).replace(/^["']|["']$/g, '') ?? 'Linux';
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
