import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

import { pack, type Pack } from 'tar-stream';

import { EngineError } from '#engine/contract/errors.ts';

import type { Report, Starter } from './bootstrap-image.ts';
import { unpackDebianPackage } from './debian-package.ts';
import { findProgram } from './starter-availability.ts';

const run = promisify(execFile);

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n';
const GROUP = 'root:x:0:\ntty:x:5:\nnobody:x:65534:\n';

/**
 * Two layers: the program, and a root file system around it with a link for each of its commands.
 * @throws EngineError `unavailable` where busybox is neither here nor to be had from this machine's apt sources.
 */
export async function makeBusybox(dir: string, report: Report, signal: AbortSignal): Promise<Starter> {
  const program = (await findStaticBusybox()) ?? (await fetchBusybox(dir, report, signal));
  const bytes = await readFile(program);
  const [banner, list] = await Promise.all([run(program, ['--help']), run(program, ['--list-full'])]);
  const version = /BusyBox v([\d.]+)/.exec(banner.stdout)?.[1] ?? 'unknown';
  const first = join(dir, 'program.tar');
  const second = join(dir, 'root.tar');
  await writeTar(first, (tar) => {
    directory(tar, 'bin', 0o755);
    tar.entry({ name: 'bin/busybox', mode: 0o755 }, bytes);
  });
  await writeTar(second, (tar) => fillRoot(tar, list.stdout.split('\n')));
  return {
    tars: [first, second],
    version,
    cmd: ['sh'],
    history: [
      { createdBy: 'COPY busybox /bin/busybox', isEmpty: false },
      { createdBy: 'RUN busybox --install -s', isEmpty: false },
      { createdBy: 'CMD ["sh"]', isEmpty: true },
    ],
  };
}

/** A busybox that needs no library: the package `busybox` has one that does. */
async function findStaticBusybox(): Promise<string | undefined> {
  const program = await findProgram('busybox');
  return program !== undefined && isStatic(await readFile(program)) ? program : undefined;
}

async function fetchBusybox(dir: string, report: Report, signal: AbortSignal): Promise<string> {
  const files = await unpackDebianPackage('busybox-static', dir, { report, signal });
  for (const path of ['bin/busybox', 'usr/bin/busybox']) {
    const program = join(files, path);
    const isThere = await access(program).then(
      () => true,
      () => false,
    );
    if (isThere) return program;
  }
  throw new EngineError('unavailable', "Debian's package busybox-static holds no busybox; report this as a bug.");
}

/** PT_INTERP of elf(5). */
const INTERPRETER = 3;

/** Whether a 64-bit little-endian ELF file names no program to load it. */
export function isStatic(elf: Buffer): boolean {
  if (elf.length < 64 || elf.toString('latin1', 0, 4) !== '\x7fELF') return false;
  const [start, size, count] = [Number(elf.readBigUInt64LE(32)), elf.readUInt16LE(54), elf.readUInt16LE(56)];
  for (let at = start; at < start + size * count && at + 4 <= elf.length; at += size) {
    if (elf.readUInt32LE(at) === INTERPRETER) return false;
  }
  return true;
}

async function writeTar(path: string, fill: (tar: Pack) => void): Promise<void> {
  const tar = pack();
  fill(tar);
  tar.finalize();
  await pipeline(tar, createWriteStream(path));
}

function directory(tar: Pack, name: string, mode: number): void {
  tar.entry({ name, type: 'directory', mode });
}

function fillRoot(tar: Pack, commands: readonly string[]): void {
  for (const name of ['dev', 'etc', 'home', 'proc', 'sys', 'usr', 'usr/bin', 'usr/sbin', 'sbin', 'var']) {
    directory(tar, name, 0o755);
  }
  directory(tar, 'root', 0o700);
  directory(tar, 'tmp', 0o1777);
  directory(tar, 'var/tmp', 0o1777);
  tar.entry({ name: 'etc/passwd', mode: 0o644 }, PASSWD);
  tar.entry({ name: 'etc/group', mode: 0o644 }, GROUP);
  const folders = /^(bin|sbin|usr\/bin|usr\/sbin)\/[^/]+$/;
  for (const name of new Set(commands)) {
    if (!folders.test(name) || name === 'bin/busybox') continue;
    tar.entry({ name, type: 'symlink', linkname: '/bin/busybox', mode: 0o777 });
  }
}
