import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A fetch that takes longer than this will not come to an end. */
const FETCH_TIMEOUT_MS = 10 * 60_000;
/** A fetch that failed is not tried again for this long: the second start takes seconds. */
const TRY_AGAIN_MS = 24 * 60 * 60_000;

/** The binary of the `electron` package, or the one `ELECTRON_OVERRIDE_DIST_PATH` points to; undefined when not there. */
export function findElectron(topDir: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const packageDir = join(topDir, 'node_modules/electron');
  const distDir = env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(packageDir, 'dist');
  const binary = join(distDir, nameIn(packageDir));
  return existsSync(binary) ? binary : undefined;
}

/** Has the package fetch its binary, as its own installer would. @returns whether it may be there now. */
export async function fetchElectron(topDir: string): Promise<boolean> {
  const stamp = join(topDir, 'dist/.electron-fetch-failed');
  const failed = await stat(stamp).catch(() => undefined);
  if (failed !== undefined && Date.now() - failed.mtimeMs < TRY_AGAIN_MS) return false;
  process.stderr.write("Fetches Electron's binary.\n");
  const installer = join(topDir, 'node_modules/electron/install.js');
  const child = spawn(process.execPath, [installer], { stdio: 'ignore', timeout: FETCH_TIMEOUT_MS });
  const code = await new Promise<number | null>((resolve) => {
    child.on('exit', resolve);
    child.on('error', () => resolve(null));
  });
  if (code === 0) return true;
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(stamp, 'The binary could not be fetched; remove this file to have it tried at the next start.\n');
  return false;
}

/** The installer leaves the name of the executable within the folder. */
function nameIn(packageDir: string): string {
  try {
    return readFileSync(join(packageDir, 'path.txt'), 'utf8');
  } catch {
    return process.platform === 'win32' ? 'electron.exe' : 'electron';
  }
}
