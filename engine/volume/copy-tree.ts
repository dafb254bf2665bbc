import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { EngineError } from '#engine/contract/errors.ts';

const run = promisify(execFile);

export interface CopiedTree {
  /** On the disk, of the source. */
  readonly bytes: number;
  readonly files: number;
}

/**
 * Copies a tree with all that it is into an empty directory, by the launcher: Node reads neither attributes nor holes.
 * On the disk when this resolves. Blocks are shared where the file system can.
 */
export async function copyTree(launcherPath: string, from: string, into: string): Promise<CopiedTree> {
  const said = await launch(launcherPath, ['copy', from, into], `${from} can't be copied`);
  const [bytes = 0, files = 0] = said.trim().split(' ').map(Number);
  return { bytes, files };
}

/** Makes a directory like another: owner, mode, attributes and times, nothing in it. */
export async function makeLike(launcherPath: string, from: string, onto: string): Promise<void> {
  await launch(launcherPath, ['like', from, onto], `${onto} can't be made like ${from}`);
}

async function launch(launcherPath: string, args: readonly string[], what: string): Promise<string> {
  try {
    const { stdout } = await run(launcherPath, args);
    return stdout;
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    const isFull = said.endsWith('No space left on device') || said.endsWith('Disk quota exceeded');
    throw new EngineError(isFull ? 'out-of-space' : 'internal', `${what}: ${said.replace('estrato-launcher: ', '')}`, {
      cause,
    });
  }
}
