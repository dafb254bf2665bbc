import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Bench, Contestant } from '#engine/bench/measure.ts';
import { TimedShell } from '#engine/bench/timed-shell.ts';

const run = promisify(execFile);

/** A shell in which Debian's crun runs: it refuses hybrid cgroups, so the unified tree is taken away. */
async function crunShell(undo: AsyncDisposableStack): Promise<TimedShell> {
  const shell = undo.use(new TimedShell({ wrapper: ['unshare', '--mount'] }));
  await shell.time('umount /sys/fs/cgroup/unified 2>/dev/null || true');
  return shell;
}

/** @returns a bundle's directory: busybox, and a configuration that runs `args`. */
async function makeBundle(bench: Bench, name: string, args: readonly string[]): Promise<string> {
  const bundle = join(bench.directory, name);
  await mkdir(join(bundle, 'rootfs/bin'), { recursive: true });
  for (const program of ['true', 'sleep', 'busybox']) await cp(bench.busybox, join(bundle, 'rootfs/bin', program));
  await run('crun', ['spec'], { cwd: bundle });
  const config = join(bundle, 'config.json');
  const spec = await readFile(config, 'utf8');
  await writeFile(
    config,
    spec
      .replace('"terminal": true', '"terminal": false')
      .replace(/"args": \[[^\]]*\]/, `"args": ${JSON.stringify(args)}`),
  );
  return bundle;
}

/** `crun run` of `true` from a bundle on disk: no engine, no image, no API. */
export async function crunRun(bench: Bench, undo: AsyncDisposableStack): Promise<Contestant> {
  const bundle = await makeBundle(bench, 'crun-run', ['/bin/true']);
  const shell = await crunShell(undo);
  let count = 0;
  return {
    name: 'crun run',
    sample: () => shell.time(`crun run --bundle ${bundle} bench-run-${String(process.pid)}-${String((count += 1))}`),
  };
}

/** `crun exec` of `true` in a container of crun's, and nsenter into the same. */
export async function crunExec(bench: Bench, undo: AsyncDisposableStack): Promise<readonly Contestant[]> {
  const bundle = await makeBundle(bench, 'crun-exec', ['/bin/sleep', '100000']);
  const shell = await crunShell(undo);
  const id = `bench-exec-${String(process.pid)}`;
  await shell.time(`crun run --detach --bundle ${bundle} --pid-file ${bundle}/pid ${id}`);
  undo.defer(async () => void (await shell.time(`crun delete --force ${id}`)));
  const pid = (await readFile(join(bundle, 'pid'), 'utf8')).trim();
  return [
    { name: 'crun exec', sample: () => shell.time(`crun exec ${id} /bin/true`) },
    { name: 'nsenter', sample: () => shell.time(`nsenter --all --target ${pid} /bin/true`) },
  ];
}

/** bubblewrap around `true` with all the namespaces of a container. */
export async function bwrapRun(bench: Bench, undo: AsyncDisposableStack): Promise<Contestant> {
  const root = join(bench.directory, 'bwrap-root');
  for (const name of ['bin', 'proc', 'dev']) await mkdir(join(root, name), { recursive: true });
  await cp(bench.busybox, join(root, 'bin/true'));
  const shell = undo.use(new TimedShell({}));
  const command = `bwrap --unshare-all --ro-bind ${root} / --proc /proc --dev /dev /bin/true`;
  return { name: 'bwrap', sample: () => shell.time(command) };
}
