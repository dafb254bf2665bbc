import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const CGROUPS = '/sys/fs/cgroup';

/** The cgroups of a container that there still are. */
export async function cgroupsOf(id: string): Promise<readonly string[]> {
  const entries = await readdir(CGROUPS, { withFileTypes: true });
  const roots = [CGROUPS, ...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(CGROUPS, name))];
  const found = await Promise.all(
    roots.map(async (root) => {
      const dir = join(root, 'estrato');
      const names = await readdir(dir).catch(() => []);
      return names.filter((name) => name === id).map((name) => join(dir, name));
    }),
  );
  return found.flat();
}

/** Mounts of this mount namespace at or below a directory. */
export async function hostMountsOf(dir: string): Promise<readonly string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return lines
    .map((line) => line.split(' ')[4] ?? '')
    .filter((target) => target === dir || target.startsWith(`${dir}/`));
}

/** Processes of the whole machine whose command line has these words. */
export async function processesWith(words: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
      return line.replaceAll('\0', ' ').includes(words) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

/** The shim that keeps the container of a bundle. */
export async function shimOf(bundle: string): Promise<number> {
  const [pid, ...others] = await processesWith(`shim ${bundle}`);
  if (pid === undefined || others.length > 0) throw new Error(`There is not one shim of ${bundle}.`);
  return pid;
}

/** `mnt:[4026531841]`, by the names in /proc/PID/ns. */
export async function namespacesOf(pid: number | 'self'): Promise<Readonly<Record<string, string>>> {
  const names = ['mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup', 'user'];
  const links = await Promise.all(
    names.map(async (name) => [name, await readlink(`/proc/${pid}/ns/${name}`)] as const),
  );
  return Object.fromEntries(links);
}

/** Resolves when a process that writes without end can't write any more. */
export async function untilStalled(pid: number): Promise<void> {
  let before = '';
  for (let same = 0; same < 10; same += 1) {
    const { groups } = /wchar: (?<written>\d+)/.exec(await readFile(`/proc/${pid}/io`, 'utf8')) ?? {};
    const written = groups?.['written'] ?? '';
    if (written !== before || written === '0') same = -1;
    before = written;
    await pause(20);
  }
}
