import { access, mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeResources } from '#engine/oci/runtime-spec.ts';
import { isInUserNamespace } from '#engine/snapshot/user-namespace.ts';

import { thaw } from './freezer.ts';

type DeviceRule = NonNullable<RuntimeResources['devices']>[number];

const ROOT = '/sys/fs/cgroup';

export type CgroupMode = 'v1' | 'v2' | 'hybrid' | 'none';

interface Hierarchy {
  /** Its directory under /sys/fs/cgroup. */
  readonly name: string;
  readonly type: 'cgroup' | 'cgroup2';
  /** What mounts it again. */
  readonly options: readonly string[];
}

/** Where a container's cgroups are, one in each hierarchy. */
export interface CgroupLayout {
  readonly mode: CgroupMode;
  readonly hierarchies: readonly Hierarchy[];
  readonly dirs: readonly string[];
  /** Files to join by. */
  readonly procs: readonly string[];
  /** Where the kernel counts what it killed for memory. */
  readonly oomFiles: readonly string[];
  /** What holds its processes still: the controller of v1, or a v2 hierarchy of which every group can. */
  readonly freezer?: { readonly dir: string; readonly version: 1 | 2 };
}

/** What this machine's control groups are (cgroups(7)): from the mounts below /sys/fs/cgroup. */
export async function findHierarchies(): Promise<{ mode: CgroupMode; hierarchies: readonly Hierarchy[] }> {
  // Whoever isn't root has been given none to make more in.
  if (isInUserNamespace()) return { mode: 'none', hierarchies: [] };
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  const found: Hierarchy[] = [];
  for (const [, target = '', type, words = ''] of mounts) {
    if (type === 'cgroup2' && target === ROOT) return { mode: 'v2', hierarchies: [{ name: '', type, options: [] }] };
    if (!target.startsWith(`${ROOT}/`)) continue;
    const name = target.slice(ROOT.length + 1);
    if (type === 'cgroup2') found.push({ name, type, options: [] });
    if (type === 'cgroup') found.push({ name, type, options: words.split(',').filter(isController) });
  }
  if (found.length === 0) return { mode: 'none', hierarchies: [] };
  return { mode: found.some(({ type }) => type === 'cgroup2') ? 'hybrid' : 'v1', hierarchies: found };
}

function isController(word: string): boolean {
  return !['rw', 'ro', 'relatime', 'noatime', 'nosuid', 'nodev', 'noexec', 'xattr', 'clone_children'].includes(word);
}

/** @param path below each hierarchy's root: `/estrato/ID`. */
export async function layOutCgroups(path: string): Promise<CgroupLayout> {
  const { mode, hierarchies } = await findHierarchies();
  const dirs = hierarchies.map(({ name }) => join(ROOT, name, path));
  return {
    mode,
    hierarchies,
    dirs,
    procs: dirs.map((dir) => join(dir, 'cgroup.procs')),
    oomFiles: hierarchies.flatMap(({ options, type }, index) => {
      const dir = dirs[index] ?? '';
      if (options.includes('memory')) return [join(dir, 'memory.oom_control')];
      return type === 'cgroup2' && mode === 'v2' ? [join(dir, 'memory.events')] : [];
    }),
    ...freezerOf(hierarchies, dirs),
  };
}

/** Of v1 the controller goes first: a hybrid machine's v2 hierarchy may hold nobody. */
function freezerOf(hierarchies: readonly Hierarchy[], dirs: readonly string[]): Pick<CgroupLayout, 'freezer'> {
  const v1 = hierarchies.findIndex(({ options }) => options.includes('freezer'));
  const index = v1 === -1 ? hierarchies.findIndex(({ type }) => type === 'cgroup2') : v1;
  const dir = dirs[index];
  return dir === undefined ? {} : { freezer: { dir, version: v1 === -1 ? 2 : 1 } };
}

/** Makes a container's cgroups and sets its limits. */
export async function createCgroups(layout: CgroupLayout, resources: RuntimeResources): Promise<void> {
  for (const [index, { options }] of layout.hierarchies.entries()) {
    const dir = layout.dirs[index] ?? '';
    if (layout.mode === 'v2') await delegate(dir);
    await mkdir(dir, { recursive: true });
    if (options.includes('cpuset')) await inheritCpuset(dir);
    await setLimits(dir, options, { resources, isV2: layout.mode === 'v2' });
  }
}

/** Sets limits of a container that runs anew. @throws EngineError `unsupported` where nobody can be limited. */
export async function updateLimits(
  { mode, hierarchies, dirs }: CgroupLayout,
  resources: Pick<RuntimeResources, 'memory' | 'pids'>,
): Promise<void> {
  if (mode === 'none') {
    throw new EngineError(
      'unsupported',
      "Limits need control groups, which an engine that isn't root hasn't been given; run the engine as root to set them.",
    );
  }
  for (const [index, { options }] of hierarchies.entries()) {
    await setLimits(dirs[index] ?? '', options, { resources, isV2: mode === 'v2' });
  }
}

/** In v2 a controller is there only if every directory above passes it on. */
async function delegate(dir: string): Promise<void> {
  const parent = join(dir, '..');
  await mkdir(parent, { recursive: true });
  for (const above of [ROOT, parent]) {
    for (const controller of ['cpu', 'memory', 'pids', 'io', 'cpuset']) {
      await writeFile(join(above, 'cgroup.subtree_control'), `+${controller}`).catch(() => undefined);
    }
  }
}

/** A new cpuset of v1 is empty, and takes in nobody until it has processors and memory nodes. */
async function inheritCpuset(dir: string): Promise<void> {
  for (const level of [join(dir, '..'), dir]) {
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const own = (await readFile(join(level, file), 'utf8')).trim();
      if (own === '') await writeFile(join(level, file), await readFile(join(level, '..', file), 'utf8'));
    }
  }
}

type Limit = readonly [file: string, value: string | number];

async function setLimits(
  dir: string,
  controllers: readonly string[],
  { resources, isV2 }: { readonly resources: RuntimeResources; readonly isV2: boolean },
): Promise<void> {
  const limits = isV2 ? limitsOfV2(resources) : limitsOfV1(resources, controllers);
  for (const [file, value] of limits) await writeLimit(join(dir, file), String(value));
}

function limitsOfV2({ memory, pids }: RuntimeResources): readonly Limit[] {
  return [
    ...(memory?.limit === undefined ? [] : [['memory.max', memory.limit] as const]),
    ...(pids === undefined ? [] : [['pids.max', pidsMax(pids)] as const]),
  ];
}

function limitsOfV1(
  { memory, pids, devices = [] }: RuntimeResources,
  controllers: readonly string[],
): readonly Limit[] {
  const isIn = (controller: string): boolean => controllers.includes(controller);
  return [
    ...(memory?.limit !== undefined && isIn('memory') ? [['memory.limit_in_bytes', memory.limit] as const] : []),
    ...(pids !== undefined && isIn('pids') ? [['pids.max', pidsMax(pids)] as const] : []),
    ...(isIn('devices') ? devices.map(deviceLimit) : []),
  ];
}

/** Nothing and less is no limit. */
function pidsMax({ limit }: NonNullable<RuntimeResources['pids']>): number | string {
  return limit > 0 ? limit : 'max';
}

function deviceLimit({ allow, type = 'a', major, minor, access: rights = 'rwm' }: DeviceRule): Limit {
  const rule = type === 'a' ? 'a' : `${type} ${major ?? '*'}:${minor ?? '*'} ${rights}`;
  return [allow ? 'devices.allow' : 'devices.deny', rule];
}

async function writeLimit(path: string, value: string): Promise<void> {
  try {
    await writeFile(path, value);
  } catch (cause) {
    throw new EngineError('internal', `The limit ${value} could not be set in ${path}: ${reasonOf(cause)}.`, { cause });
  }
}

/** Host pids of every process in the cgroups. */
export async function pidsIn({ dirs }: CgroupLayout): Promise<readonly number[]> {
  const lists = await Promise.all(dirs.map((dir) => readFile(join(dir, 'cgroup.procs'), 'utf8').catch(() => '')));
  const pids = lists.flatMap((list) =>
    list
      .split('\n')
      .filter((line) => line !== '')
      .map(Number),
  );
  return [...new Set(pids)].filter((pid) => pid > 0);
}

const KILL_ATTEMPTS = 500;

/** Kills whatever is in the cgroups and takes them away. Idempotent. */
export async function destroyCgroups(layout: CgroupLayout): Promise<void> {
  for (let attempt = 0; attempt < KILL_ATTEMPTS; attempt += 1) {
    const pids = await pidsIn(layout);
    if (pids.length === 0) break;
    for (const pid of pids) kill(pid);
    // Of v1, whoever stands still doesn't even die.
    await thaw(layout);
    await pause(Math.min(attempt, 20));
  }
  for (const dir of layout.dirs) await removeCgroup(dir);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Containers may have made cgroups within theirs. A cgroup stays busy for a moment after its last process. */
async function removeCgroup(dir: string): Promise<void> {
  const isThere = await access(dir).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory()) await removeCgroup(join(dir, entry.name));
  }
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      await rmdir(dir);
      return;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      await pause(10);
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
