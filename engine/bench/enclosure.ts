import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const INSIDE = 'BENCH_DIRECTORY';

/** The first process in its namespaces: reaps what others leave, and ends with the program's exit code. */
const FIRST_PROCESS = 'ip link set lo up; "$@"; exit $?';

/** The scratch directory of a program that `runEnclosed` has run; undefined outside. */
export function enclosedDirectory(): string | undefined {
  return process.env[INSIDE];
}

/**
 * Runs this program again in namespaces of its own: every engine's processes, bridges, firewall rules and mounts are
 * nobody else's, and go with it; then its scratch directory goes too.
 */
export function runEnclosed(): void {
  const directory = mkdtempSync(join(tmpdir(), 'estrato-bench-'));
  // The program inside hears it as well, and is waited for.
  process.on('SIGINT', () => undefined);
  const namespaces = [
    '--net',
    '--mount',
    '--propagation',
    'private',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ];
  const inside = ['sh', '-c', FIRST_PROCESS, 'sh', process.execPath, ...process.argv.slice(1)];
  const { status } = spawnSync('unshare', [...namespaces, ...inside], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: directory },
  });
  rmSync(directory, { recursive: true, force: true });
  process.exitCode = status ?? 1;
}
