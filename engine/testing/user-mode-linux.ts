import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Debian's kernel that runs as a program (package user-mode-linux). */
export const userModeLinuxPath = '/usr/bin/linux.uml';

const TOP = fileURLToPath(new URL('../..', import.meta.url));

/** Longer than any boot and the tests in it, on the slowest machine. */
const PATIENCE_MS = 500_000;

/** Of its one block device. */
const DISK_BYTES = 4 * 1024 * 1024;

/** What came of a test in there. */
export interface Outcome {
  readonly name: string;
  readonly failure: string | undefined;
}

/**
 * Boots a kernel of its own over this machine's files, with control groups of version 2 and AppArmor in force, and runs
 * files of tests in it. It sees every file as it is here and writes none but its report.
 * @throws Error with what it said when there is no report.
 */
export async function runInUserModeLinux(files: readonly string[]): Promise<readonly Outcome[]> {
  const dir = await mkdtemp(join(tmpdir(), 'estrato-uml-'));
  try {
    const share = join(dir, 'share');
    const init = join(dir, 'init');
    await mkdir(share);
    await writeFile(join(dir, 'disk'), Buffer.alloc(DISK_BYTES));
    await writeFile(init, initScript(share, files), { mode: 0o755 });
    const said = await boot(init);
    const report = await readFile(join(share, 'report.json'), 'utf8').catch(() => {
      throw new Error(`The kernel in user mode left no report: ${said}`);
    });
    return outcomesOf(report);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function boot(init: string): Promise<string> {
  const options = ['mem=1024M', 'rootfstype=hostfs', 'rootflags=/', 'ro', 'quiet', 'security=apparmor', 'apparmor=1'];
  const kernel = spawn(
    userModeLinuxPath,
    [...options, `init=${init}`, `ubd0=${join(dirname(init), 'disk')}`, 'con=null', 'con0=null,fd:1'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its memory is a file there.
      env: { ...process.env, TMPDIR: dirname(init) },
      detached: true,
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
    },
  );
  const [said, complaints] = await Promise.all([text(kernel.stdout), text(kernel.stderr)]);
  return said + complaints;
}

/** The first program there: mounts what every system has, runs the tests, turns itself off. */
function initScript(share: string, files: readonly string[]): string {
  const tools = [dirname(process.execPath), join(TOP, 'node_modules/.bin')].join(':');
  return `#!/bin/sh
export PATH='${tools}':/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp CI=true
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t securityfs securityfs /sys/kernel/security
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /mnt
mkdir /mnt/share
mount -t hostfs -o ${share} hostfs /mnt/share
mount -t tmpfs tmpfs /tmp
busybox ip link set lo up
cd '${TOP}'
vitest run --configLoader=native --project=linux --reporter=json --outputFile=/mnt/share/report.json ${files.join(' ')}
busybox poweroff -f
`;
}

interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

function outcomesOf(report: string): readonly Outcome[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- vitest's own, of a test that fails without it
  const { testResults } = JSON.parse(report) as Report;
  const broken = testResults.find(({ assertionResults }) => assertionResults.length === 0);
  if (broken !== undefined) throw new Error(`A file of tests could not be run: ${broken.message}`);
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ fullName, status, failureMessages }) => ({
      name: fullName.trim(),
      failure: status === 'passed' ? undefined : failureMessages.join('\n') || status,
    })),
  );
}
