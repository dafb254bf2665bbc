import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Where an engine goes itself, so that its own cgroup holds nobody and may pass controllers on (cgroups(7), v2). */
const OWN = 'estrato-engine';

let known: ReadonlyMap<string, string> | undefined;

/**
 * Cgroups that somebody who isn't root was given to make more in: the engine's own at its start, in each hierarchy where
 * it is theirs, by the hierarchy's controllers as /proc/PID/cgroup names them (empty for v2).
 *
 * @param dirOf a cgroup's directory.
 */
export function delegatedCgroups(
  dirOf: (controllers: string, path: string) => string | undefined,
): ReadonlyMap<string, string> {
  known ??= new Map(
    cgroupsOf('self').flatMap(({ controllers, path }) => {
      // A restarted engine may be where the last one went.
      const base = basename(path) === OWN ? dirname(path) : path;
      const dir = dirOf(controllers, base);
      return dir !== undefined && base !== '/' && isOurs(dir, controllers === '') ? [[controllers, base] as const] : [];
    }),
  );
  return known;
}

/** A process's cgroups, from the root that this process sees (cgroups(7)). */
export function cgroupsOf(pid: number | 'self'): readonly { readonly controllers: string; readonly path: string }[] {
  return read(`/proc/${pid}/cgroup`)
    .split('\n')
    .flatMap((line) => {
      const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
      return controllers === undefined || path === undefined ? [] : [{ controllers, path }];
    });
}

function isOurs(dir: string, isUnified: boolean): boolean {
  try {
    accessSync(dir, constants.W_OK);
    accessSync(join(dir, 'cgroup.procs'), constants.W_OK);
    if (isUnified) moveAside(dir);
    return true;
  } catch {
    return false;
  }
}

/** Whoever started the engine may be in there too. */
function moveAside(dir: string): void {
  mkdirSync(join(dir, OWN), { recursive: true });
  for (const pid of read(join(dir, 'cgroup.procs'))
    .split('\n')
    .filter((line) => line !== '')) {
    writeFileSync(join(dir, OWN, 'cgroup.procs'), pid);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
