import { readdir, readFile, readlink } from 'node:fs/promises';

/** A process as /proc has it (proc(5)). */
export interface ProcessFacts {
  readonly pid: number;
  /** In the innermost process namespace that it is in. */
  readonly innerPid: number;
  readonly parentPid: number;
  readonly group: number;
  readonly session: number;
  /** One letter: `S` sleeps, `R` runs, `Z` has ended. */
  readonly state: string;
  readonly uid: number;
  readonly gid: number;
  readonly threads: number;
  readonly nice: number;
  /** Device number of the controlling terminal; 0 is none. */
  readonly terminal: number;
  /** Of user and kernel, in seconds. */
  readonly cpuSeconds: number;
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly virtualBytes: number;
  readonly residentBytes: number;
  /** At most 15 bytes of its program's name. */
  readonly name: string;
  /** What it was started with; empty for one that has ended. */
  readonly command: readonly string[];
}

/** USER_HZ, which is 100 on every architecture that Node runs on (time(7)). */
const TICKS_PER_SECOND = 100;

/** @returns undefined for a process that has ended meanwhile. */
export async function readProcess(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const [stat, status, cmdline, bootedAt] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/status`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      bootTime(),
    ]);
    const command = cmdline.replace(/\0$/, '').split('\0');
    return { ...fromStat(stat, bootedAt), ...fromStatus(status), pid, command: cmdline === '' ? [] : command };
  } catch {
    return undefined;
  }
}

/** The name stands in parentheses and may have some of its own: fields are counted from the last one. */
function fromStat(
  stat: string,
  bootedAt: number,
): Omit<ProcessFacts, 'pid' | 'innerPid' | 'uid' | 'gid' | 'command' | 'residentBytes' | 'virtualBytes'> {
  const close = stat.lastIndexOf(')');
  const name = stat.slice(stat.indexOf('(') + 1, close);
  const fields = stat.slice(close + 2).split(' ');
  const number = (place: number): number => Number(fields[place - 3] ?? 0);
  return {
    name,
    state: fields[0] ?? '?',
    parentPid: number(4),
    group: number(5),
    session: number(6),
    terminal: number(7),
    cpuSeconds: (number(14) + number(15)) / TICKS_PER_SECOND,
    nice: number(19),
    threads: number(20),
    startedAt: bootedAt + (number(22) * 1000) / TICKS_PER_SECOND,
  };
}

function fromStatus(status: string): Pick<ProcessFacts, 'innerPid' | 'uid' | 'gid' | 'residentBytes' | 'virtualBytes'> {
  const field = (name: string, place: number): number =>
    Number(new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1]?.split(/\s+/)[place] ?? 0);
  return {
    innerPid: Number(/^NSpid:.*?(\d+)$/m.exec(status)?.[1] ?? 0),
    uid: field('Uid', 1),
    gid: field('Gid', 1),
    virtualBytes: field('VmSize', 0) * 1024,
    residentBytes: field('VmRSS', 0) * 1024,
  };
}

/** Unix milliseconds at which the machine started. */
async function bootTime(): Promise<number> {
  const stat = await readFile('/proc/stat', 'utf8');
  return Number(/^btime (\d+)$/m.exec(stat)?.[1] ?? 0) * 1000;
}

/** Whoever is in the process namespace of `pid`, for machines that count nobody in control groups. */
export async function pidsBeside(pid: number): Promise<readonly number[]> {
  const namespaceOf = (one: string): Promise<string> => readlink(`/proc/${one}/ns/pid`).catch(() => '');
  const wanted = await namespaceOf(String(pid));
  // One that shares the engine's own can't be told from the rest of the machine.
  if (wanted === '' || wanted === (await namespaceOf('self'))) return [pid];
  const all = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(all.map(async (one) => ((await namespaceOf(one)) === wanted ? [Number(one)] : [])));
  return found.flat();
}
