import { randomUUID } from 'node:crypto';
import { readFile, readlink, stat, writeFile } from 'node:fs/promises';

/**
 * What this machine can, tried once: a trial that went well is known until the machine is started again, one that failed is
 * not.
 *
 * @param dir where it is tried. @param knownPath a file for it.
 */
export async function rememberedTrial(
  dir: string,
  knownPath: string,
  attempt: () => Promise<boolean>,
): Promise<boolean> {
  const place = await placeOf(dir);
  if (place === (await readFile(knownPath, 'utf8').catch(() => undefined))) return true;
  if (!(await attempt())) return false;
  // Where it can't be kept, it is tried again.
  await writeFile(knownPath, place).catch(() => undefined);
  return true;
}

/** What the trial's outcome depends on: the kernel as it was started, the file system, the user namespace. */
async function placeOf(dir: string): Promise<string> {
  const [boot, { dev }, user] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => randomUUID()),
    stat(dir),
    readlink('/proc/self/ns/user').catch(() => ''),
  ]);
  return `${boot.trim()} ${dev} ${user}\n`;
}

/** Whether the kernel has it at all (filesystems(5)); a name of a file system. */
export async function kernelKnows(type: string): Promise<boolean> {
  const known = await readFile('/proc/filesystems', 'utf8').catch(() => '');
  return known.split('\n').some((line) => line.split('\t').at(-1) === type);
}
