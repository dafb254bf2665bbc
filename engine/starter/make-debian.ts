import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { onAbort } from '#engine/async/on-abort.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { Report, Starter } from './bootstrap-image.ts';
import { findProgram } from './starter-availability.ts';

const CLEAN = 'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/var/log/*.log';

/**
 * One layer: Debian's smallest system with apt, from the sources this machine's own apt has.
 * @throws EngineError `unsupported` without mmdebstrap, `unavailable` with its last words when it fails.
 */
export async function makeDebian(dir: string, report: Report, signal: AbortSignal): Promise<Starter> {
  const program = await findProgram('mmdebstrap');
  if (program === undefined) {
    throw new EngineError(
      'unsupported',
      "There is no mmdebstrap here; install Debian's package of that name, then try again.",
    );
  }
  const { suite, version } = await readRelease();
  const tar = join(dir, 'root.tar');
  // Without a mirror to ask, mmdebstrap uses the machine's own sources.
  const args = ['--variant=minbase', `--customize-hook=${CLEAN}`, suite, tar];
  // In mounts of its own: nothing it mounts is left on the host, and root of a user namespace may mount at all.
  await runLoudly('unshare', ['--mount', '--', program, ...args], { report, signal });
  return {
    tars: [tar],
    version,
    cmd: ['bash'],
    history: [
      { createdBy: `RUN mmdebstrap --variant=minbase ${suite}`, isEmpty: false },
      { createdBy: 'CMD ["bash"]', isEmpty: true },
    ],
  };
}

async function readRelease(): Promise<{ suite: string; version: string }> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const suite = /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1];
  if (suite === undefined || !/^ID=debian$/m.test(text)) {
    throw new EngineError('unsupported', "This machine isn't Debian: its packages can't make a Debian image.");
  }
  return { suite, version: suite };
}

async function runLoudly(
  program: string,
  args: readonly string[],
  { report, signal }: { readonly report: Report; readonly signal: AbortSignal },
): Promise<void> {
  // A group of its own: what it started ends with it.
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
  };
  const release = onAbort(signal, end);
  let last = '';
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      last = line;
      report({ output: line });
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  release();
  signal.throwIfAborted();
  if (code !== 0) {
    throw new EngineError(
      'unavailable',
      `mmdebstrap could not make the system: ${last.slice(0, 300)}; see its output above.`,
    );
  }
}
