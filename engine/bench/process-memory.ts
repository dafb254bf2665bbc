import { readFile, readdir, writeFile } from 'node:fs/promises';

/** Its proportional share of what it has in memory (proc(5), smaps_rollup), in KiB. */
export async function pssKiB(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${String(pid)}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? Number.NaN);
}

/** A process and all that descend from it. */
export async function family(pid: number): Promise<readonly number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(
    names.map(async (name) => [Number(name), await parentOf(Number(name)).catch(() => 0)] as const),
  );
  const found = [pid];
  for (const ancestor of found)
    found.push(...parents.filter(([, parent]) => parent === ancestor).map(([each]) => each));
  return found;
}

export async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
  // The name before it may hold anything but is the last in parentheses: state and parent follow.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** The most of its memory that was resident at once while `work` went on (proc(5), VmHWM), in MiB. */
export async function peakOf(pid: number, work: () => Promise<unknown>): Promise<number> {
  // 5 makes the peak what it is now.
  await writeFile(`/proc/${String(pid)}/clear_refs`, '5');
  await work();
  return statusMiB(pid, 'VmHWM');
}

/** What of its memory is resident now, in MiB. */
export function residentMiB(pid: number): Promise<number> {
  return statusMiB(pid, 'VmRSS');
}

async function statusMiB(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN) / 1024;
}
