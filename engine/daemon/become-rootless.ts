import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';

import { launcherPath } from './shipped-files.ts';

/** Set for the engine that goes on, so that it doesn't try again where there is no namespace to be had. */
const TRIED = 'ESTRATO_ROOTLESS';

/** Ids that the system set aside for a person (subuid(5)). */
export interface IdRange {
  readonly first: number;
  readonly count: number;
}

/**
 * Starts this very program again as root of a user namespace, in place, when somebody else than root runs it. From there on
 * rootful and rootless are one code path. Returns where there is nothing to do.
 */
export async function becomeRootless(dataRoot: string): Promise<void> {
  const { env, execPath, execArgv, argv } = process;
  if (process.platform !== 'linux' || process.getuid?.() === 0 || env[TRIED] !== undefined) return;
  const { username, uid } = userInfo();
  const range = async (file: string): Promise<string[]> => {
    const { first, count } = findRange(await readFile(file, 'utf8').catch(() => ''), [username, String(uid)]);
    return [String(first), String(count)];
  };
  const ranges = [...(await range('/etc/subuid')), ...(await range('/etc/subgid'))];
  const containers = join(dataRoot, 'containers');
  const program = [execPath, ...execArgv, ...argv.slice(1)];
  process.execve?.(launcherPath, [launcherPath, 'rootless', containers, ...ranges, ...program], {
    ...env,
    [TRIED]: '1',
  });
}

/** The first range of any of the names; a count of 0 when there is none. */
export function findRange(table: string, names: readonly string[]): IdRange {
  for (const line of table.split('\n')) {
    const [name = '', first = '', count = ''] = line.trim().split(':');
    if (names.includes(name) && /^\d+$/.test(first) && /^\d+$/.test(count)) {
      return { first: Number(first), count: Number(count) };
    }
  }
  return { first: 0, count: 0 };
}
