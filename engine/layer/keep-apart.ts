import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Has the file system keep the trees in a directory apart on the disk (`launcher/apart.h`). Where that fails they are made
 * all the same, only more slowly beside what has just been removed.
 */
export async function keepApart(directory: string, launcherPath: string): Promise<void> {
  try {
    await run(launcherPath, ['apart', directory]);
  } catch {
    // It is about speed alone.
  }
}
