import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A root directory with busybox and links to what the measures run, to be packed as a layer. */
export async function makeBusyboxRoot(directory: string, busybox: string): Promise<string> {
  const root = join(directory, 'busybox-root');
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'tmp'));
  await mkdir(join(root, 'etc'));
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await cp(busybox, join(root, 'bin/busybox'));
  const links = ['sh', 'true', 'cat', 'sleep'].map((name) => `ln -s busybox '${name}'`).join('; ');
  await run('sh', ['-c', links], { cwd: join(root, 'bin') });
  return root;
}
