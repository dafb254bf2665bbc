import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What engines make above their containers' own control groups, and leave. */
const PARENTS = ['docker', 'libpod_parent/conmon', 'libpod_parent'];

/** Takes away those with nobody in them; another engine's are in use, and stay. */
export async function removeEmptyGroups(): Promise<void> {
  const root = '/sys/fs/cgroup';
  const hierarchies = await readdir(root, { withFileTypes: true });
  const tops = [root, ...hierarchies.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name))];
  for (const top of tops) for (const parent of PARENTS) await rmdir(join(top, parent)).catch(() => undefined);
}
