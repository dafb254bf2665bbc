import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';

import type { HostAbility } from '#engine/network/host-networks.ts';
import { findHierarchies } from '#engine/runtime/cgroups.ts';
import { isInUserNamespace } from '#engine/snapshot/user-namespace.ts';
import { findProgram } from '#engine/starter/starter-availability.ts';

/** What was found out about a machine, for `capabilitiesOf` to judge. */
export interface HostFacts {
  /** `root` of the machine, of a `user namespace`, or `nobody` with any right. */
  readonly rights: 'root' | 'user namespace' | 'nobody';
  /** Whom the engine belongs to outside of its namespace. */
  readonly userName: string;
  /** How many ids there are to give to files and processes. */
  readonly idCount: number;
  readonly hasIdMappers: boolean;
  /** Settings of the kernel that keep people from making user namespaces, as sysctl(8) sets them right. */
  readonly namespaceObstacle: string | undefined;
  readonly storageDriver: 'overlay' | 'copy';
  /** Control groups' controllers that this engine may give to its containers, `freezer` among them. */
  readonly controllers: ReadonlySet<string>;
  readonly networks: HostAbility;
  readonly hasLauncher: boolean;
  /** The lowest port that somebody other than root may listen at. */
  readonly firstOpenPort: number;
  readonly hasSeccomp: boolean;
  readonly labels: 'apparmor' | 'selinux' | undefined;
  readonly mayRaiseLimits: boolean;
}

/** capabilities(7): the right to raise limits of processes. */
const CAP_SYS_RESOURCE = 24n;

export async function hostFacts(
  known: Pick<HostFacts, 'storageDriver' | 'networks' | 'hasLauncher'>,
): Promise<HostFacts> {
  const isRoot = process.getuid?.() === 0;
  const { hierarchies } = findHierarchies();
  const [status, ports, seccomp] = await Promise.all([
    readOr('/proc/self/status'),
    readOr('/proc/sys/net/ipv4/ip_unprivileged_port_start'),
    readOr('/proc/sys/kernel/seccomp/actions_avail'),
  ]);
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const unified = hierarchies.find(({ name }) => name === '');
  const v2 = unified === undefined ? '' : await readOr(`/sys/fs/cgroup${unified.base ?? ''}/cgroup.controllers`);
  return {
    ...known,
    rights: !isRoot ? 'nobody' : isInUserNamespace() ? 'user namespace' : 'root',
    userName: process.env['USER'] ?? userInfo().username,
    idCount: countIds(await readOr('/proc/self/uid_map')),
    hasIdMappers: (await findProgram('newuidmap')) !== undefined && (await findProgram('newgidmap')) !== undefined,
    namespaceObstacle: await namespaceObstacle(),
    controllers: controllersIn(hierarchies, v2),
    firstOpenPort: Number(ports || 1024),
    hasSeccomp: seccomp !== '',
    labels: await labelsOf(),
    mayRaiseLimits: ((effective >> CAP_SYS_RESOURCE) & 1n) === 1n,
  };
}

/** The sum of a map's third column (user_namespaces(7)). */
export function countIds(map: string): number {
  return map
    .split('\n')
    .map((line) => Number(line.trim().split(/\s+/)[2] ?? 0))
    .reduce((sum, count) => sum + count, 0);
}

/** @param v2 the list of the unified hierarchy: each of its groups can be frozen. */
function controllersIn(hierarchies: readonly { readonly options: readonly string[] }[], v2: string): Set<string> {
  const unified = v2
    .trim()
    .split(/\s+/)
    .filter((name) => name !== '');
  const controllers = [...hierarchies.flatMap(({ options }) => options), ...unified];
  return new Set([...controllers, ...(unified.length > 0 ? ['freezer'] : [])]);
}

/** Of the kernel, of Debian's, of Ubuntu's. */
async function namespaceObstacle(): Promise<string | undefined> {
  if ((await readOr('/proc/sys/user/max_user_namespaces')) === '0') return 'user.max_user_namespaces=28633';
  if ((await readOr('/proc/sys/kernel/unprivileged_userns_clone')) === '0') return 'kernel.unprivileged_userns_clone=1';
  const restricts = await readOr('/proc/sys/kernel/apparmor_restrict_unprivileged_userns');
  return restricts === '1' ? 'kernel.apparmor_restrict_unprivileged_userns=0' : undefined;
}

async function labelsOf(): Promise<HostFacts['labels']> {
  if ((await readOr('/sys/module/apparmor/parameters/enabled')) === 'Y') return 'apparmor';
  return (await readOr('/sys/fs/selinux/enforce')) === '' ? undefined : 'selinux';
}

async function readOr(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim();
}
