import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeResources, RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { isInUserNamespace } from '#engine/snapshot/user-namespace.ts';

import { cgroupsOf, delegatedCgroups } from './delegated-cgroups.ts';
import { thaw } from './freezer.ts';
import { controllersFor, limitsOfV1 } from './limits-v1.ts';
import { limitsOfV2, unifiedLimits } from './limits-v2.ts';
import { writeLimits } from './write-limits.ts';

/**
 * Control groups are files of the kernel's memory: a call takes microseconds, where waiting for a thread to make it takes
 * a hundred. A start and an end make dozens.
 */
const ROOT = '/sys/fs/cgroup';

export type CgroupMode = 'v1' | 'v2' | 'hybrid' | 'none';

interface Hierarchy {
  /** Its directory under /sys/fs/cgroup. */
  readonly name: string;
  readonly type: 'cgroup' | 'cgroup2';
  /** What mounts it again. */
  readonly options: readonly string[];
  /** The cgroup in it that the engine was given to make others in; its root for root. */
  readonly base?: string;
}

/** Where a container's are to be: what its configuration says, or the engine's own place. */
export function cgroupsPathOf(spec: RuntimeSpec | undefined, id: string): string {
  return spec?.linux.cgroupsPath ?? `/estrato/${id}`;
}

/** Where a container's cgroups are, one in each hierarchy. */
export interface CgroupLayout {
  readonly mode: CgroupMode;
  readonly hierarchies: readonly Hierarchy[];
  readonly dirs: readonly string[];
  /** Where the kernel counts what it killed for memory. */
  readonly oomFiles: readonly string[];
  /** Whose processes a program is asked about for each device, where no controller of v1 is. */
  readonly deviceDir?: string;
  /** What holds its processes still: the controller of v1, or a v2 hierarchy of which every group can. */
  readonly freezer?: { readonly dir: string; readonly version: 1 | 2 };
}

/** What this machine's control groups are (cgroups(7)): from the mounts below /sys/fs/cgroup. */
export function findHierarchies(): Hierarchies {
  const all = mountedHierarchies();
  if (!isInUserNamespace() || all.mode === 'none') return all;
  const given = delegatedCgroups((controllers, path) => {
    const found = all.hierarchies.find((one) => controllersIn(one) === controllers);
    return found === undefined ? undefined : join(ROOT, found.name, path);
  });
  const hierarchies = all.hierarchies.flatMap((one) => {
    const base = given.get(controllersIn(one));
    return base === undefined ? [] : [{ ...one, base }];
  });
  return hierarchies.length === 0 ? { mode: 'none', hierarchies } : { mode: all.mode, hierarchies };
}

interface Hierarchies {
  readonly mode: CgroupMode;
  readonly hierarchies: readonly Hierarchy[];
}

/** As /proc/PID/cgroup names it: `cpu,cpuacct`, nothing for the unified one. */
function controllersIn({ type, options }: Hierarchy): string {
  return type === 'cgroup2' ? '' : options.join(',');
}

function mountedHierarchies(): Hierarchies {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
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

/**
 * @param path below each hierarchy's root, or what of it was delegated to the engine: `/estrato/ID`.
 * @param pid of a process in them, which an engine before this one may have put elsewhere.
 * @throws EngineError `unsupported` for systemd's notation, `invalid-argument` for the root itself, which is the machine's.
 */
export async function layOutCgroups(path: string, pid?: number): Promise<CgroupLayout> {
  if (path.includes(':')) {
    throw new EngineError('unsupported', `The cgroup ${path} is one for systemd to make; name a path instead.`);
  }
  // Whatever climbs stays beneath.
  if (join('/', path) === '/') throw new EngineError('invalid-argument', `The cgroup ${path} is the machine's own.`);
  const { mode, hierarchies } = findHierarchies();
  const dirs = hierarchies.map((one) => join(ROOT, one.name, whereIs(one, path, pid)));
  return {
    mode,
    hierarchies,
    dirs,
    oomFiles: hierarchies.flatMap(({ options, type }, index) => {
      const dir = dirs[index] ?? '';
      if (options.includes('memory')) return [join(dir, 'memory.oom_control')];
      return type === 'cgroup2' && mode === 'v2' ? [join(dir, 'memory.events')] : [];
    }),
    ...freezerOf(hierarchies, dirs),
    ...deviceDirOf(hierarchies, dirs),
  };
}

function whereIs(hierarchy: Hierarchy, path: string, pid: number | undefined): string {
  const usual = join(hierarchy.base ?? '/', join('/', path));
  if (hierarchy.base === undefined || pid === undefined) return usual;
  const controllers = controllersIn(hierarchy);
  const actual = cgroupsOf(pid).find((one) => one.controllers === controllers)?.path ?? '';
  return actual.endsWith(join('/', path)) ? actual : usual;
}

/** Of v1 the controller goes first: a hybrid machine's v2 hierarchy may hold nobody. */
function freezerOf(hierarchies: readonly Hierarchy[], dirs: readonly string[]): Pick<CgroupLayout, 'freezer'> {
  const v1 = hierarchies.findIndex(({ options }) => options.includes('freezer'));
  const index = v1 === -1 ? hierarchies.findIndex(({ type }) => type === 'cgroup2') : v1;
  const dir = dirs[index];
  return dir === undefined ? {} : { freezer: { dir, version: v1 === -1 ? 2 : 1 } };
}

function deviceDirOf(hierarchies: readonly Hierarchy[], dirs: readonly string[]): Pick<CgroupLayout, 'deviceDir'> {
  // Whoever isn't root asks the kernel with no program (bpf(2)), and can't make devices either.
  if (isInUserNamespace() || hierarchies.some(({ options }) => options.includes('devices'))) return {};
  const deviceDir = dirs[hierarchies.findIndex(({ type }) => type === 'cgroup2')];
  return deviceDir === undefined ? {} : { deviceDir };
}

/** Makes a container's cgroups and sets its limits. */
export async function createCgroups(layout: CgroupLayout, resources: RuntimeResources): Promise<void> {
  refuseUnmounted(layout, resources);
  for (const [index, { options, name, base = '/' }] of layout.hierarchies.entries()) {
    const dir = layout.dirs[index] ?? '';
    const root = join(ROOT, name, base);
    if (layout.mode === 'v2') delegate(root, dir);
    mkdirSync(dir, { recursive: true });
    if (options.includes('cpuset')) inheritCpuset(root, dir);
  }
  setLimits(layout, resources);
}

/** Sets limits of a container that runs anew. @throws EngineError `unsupported` where nobody can be limited. */
export async function updateLimits(layout: CgroupLayout, resources: Omit<RuntimeResources, 'devices'>): Promise<void> {
  if (layout.mode === 'none') throw withoutCgroups();
  refuseUnmounted(layout, resources);
  setLimits(layout, resources);
}

function setLimits({ mode, hierarchies, dirs }: CgroupLayout, resources: RuntimeResources): void {
  for (const [index, { options, type }] of hierarchies.entries()) {
    const dir = dirs[index] ?? '';
    if (mode === 'v2') {
      refuseTooLittle(dir, resources);
      writeLimits(dir, limitsOfV2(resources));
    } else {
      writeLimits(dir, type === 'cgroup2' ? unifiedLimits(resources) : limitsOfV1(resources, options));
    }
  }
}

/** A limit that nobody keeps is not silently left out. */
function refuseUnmounted({ mode, hierarchies }: CgroupLayout, resources: RuntimeResources): void {
  if (mode === 'none' && controllersFor(resources).length > 0) throw withoutCgroups();
  if (mode === 'none' || mode === 'v2') return;
  const missing = controllersFor(resources).find((name) => !hierarchies.some(({ options }) => options.includes(name)));
  if (missing !== undefined) {
    throw new EngineError(
      'unsupported',
      `This machine's control groups have no ${missing} controller, so its limits can't be set; leave them out.`,
    );
  }
  if (resources.unified !== undefined && !hierarchies.some(({ type }) => type === 'cgroup2')) {
    throw new EngineError('unsupported', 'This machine has no control groups of version 2 to set limits in by file.');
  }
}

function withoutCgroups(): EngineError {
  return new EngineError(
    'unsupported',
    'Limits need control groups, and this engine has none: run it as root, or in a cgroup that is yours (systemd-run --user --scope -p Delegate=yes).',
  );
}

/** v1 refuses by itself what v2 would kill for. */
function refuseTooLittle(dir: string, { memory = {} }: RuntimeResources): void {
  const { limit, checkBeforeUpdate } = memory;
  if (checkBeforeUpdate !== true || limit === undefined || limit <= 0) return;
  const used = Number(readFileSync(join(dir, 'memory.current'), 'utf8'));
  if (used <= limit) return;
  throw new EngineError(
    'conflict',
    `The container uses ${used} bytes of memory, more than the ${limit} it would be limited to.`,
  );
}

/** What limits are set with, where the machine has it. */
const wantedControllers = ['cpu', 'cpuset', 'memory', 'pids', 'io', 'hugetlb', 'rdma'];

/** In v2 a controller is there only if every directory above passes it on. */
function delegate(root: string, dir: string): void {
  for (const above of levelsAbove(root, dir)) {
    mkdirSync(above, { recursive: true });
    const present = readFileSync(join(above, 'cgroup.controllers'), 'utf8');
    const passed = readFileSync(join(above, 'cgroup.subtree_control'), 'utf8');
    const has = (list: string, name: string): boolean => list.trim().split(' ').includes(name);
    for (const name of wantedControllers.filter((wanted) => has(present, wanted) && !has(passed, wanted))) {
      passOn(above, name);
    }
  }
}

function passOn(dir: string, controller: string): void {
  try {
    writeFileSync(join(dir, 'cgroup.subtree_control'), `+${controller}`);
  } catch {
    // Refused where processes are: what isn't passed on is said by the limit that needs it.
  }
}

/** From a hierarchy's root down to what `dir` is in. */
function levelsAbove(root: string, dir: string): readonly string[] {
  const names = relative(root, dir).split('/').slice(0, -1);
  return [root, ...names.map((_, index) => join(root, ...names.slice(0, index + 1)))];
}

/** A new cpuset of v1 is empty, and takes in nobody until it has processors and memory nodes. */
function inheritCpuset(root: string, dir: string): void {
  for (const level of [...levelsAbove(root, dir).slice(1), dir]) {
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const own = readFileSync(join(level, file), 'utf8').trim();
      if (own === '') writeFileSync(join(level, file), readFileSync(join(level, '..', file), 'utf8'));
    }
  }
}

/**
 * Host pids of every process in the cgroups, and in those that it may have made within. Of ours, whoever is in any is in
 * that of version 2 (cgroup-step.ts); another runtime may leave that out, and has everybody in all the others.
 */
export function pidsIn({ dirs: [first, ...others], hierarchies }: CgroupLayout): readonly number[] {
  if (first === undefined) return [];
  const unified = others.find((_, index) => hierarchies[index + 1]?.type === 'cgroup2');
  return [...new Set([first, unified].flatMap((dir) => (dir === undefined ? [] : pidsBelow(dir))))];
}

function pidsBelow(dir: string): readonly number[] {
  const own = orNone(() => readFileSync(join(dir, 'cgroup.procs'), 'utf8').split('\n')).map(Number);
  return [...own.filter((pid) => pid > 0), ...childrenOf(dir).flatMap(pidsBelow)];
}

/** Of a cgroup that is gone there is nothing. */
function orNone<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch {
    return [];
  }
}

function childrenOf(dir: string): readonly string[] {
  const entries = orNone(() => readdirSync(dir, { withFileTypes: true }));
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(dir, name));
}

const KILL_ATTEMPTS = 500;

/** Kills whatever is in the cgroups and takes them away. Idempotent. */
export async function destroyCgroups(layout: CgroupLayout): Promise<void> {
  // Mostly they are gone, or not there yet: a look takes less than an error for each.
  const dirs = layout.dirs.filter((dir) => existsSync(dir));
  if (dirs.length === 0) return;
  for (let attempt = 0; attempt < KILL_ATTEMPTS; attempt += 1) {
    const pids = pidsIn(layout);
    if (pids.length === 0) break;
    for (const pid of pids) kill(pid);
    // Of v1, whoever stands still doesn't even die.
    await thaw(layout);
    await pause(Math.min(attempt, 20));
  }
  for (const dir of dirs) await removeCgroup(dir);
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
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      rmdirSync(dir);
      return;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      for (const child of childrenOf(dir)) await removeCgroup(child);
      if (attempt > 0) await pause(10);
    }
  }
}
