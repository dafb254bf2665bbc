import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

import { pack } from 'tar-stream';

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
  // The program's own date, so that one program makes the same layers whenever it is asked.
  const { mtime } = await stat(program);
  const first = join(dir, 'program.tar');
  const second = join(dir, 'root.tar');
  await writeTar(first, [directory('bin', 0o755), { name: 'bin/busybox', mode: 0o755, body: bytes }], mtime);
  await writeTar(second, rootItems(list.stdout.split('\n')), mtime);
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

interface Item {
  readonly name: string;
  readonly mode: number;
  readonly type?: 'directory' | 'symlink';
  readonly linkname?: string;
  readonly body?: string | Buffer;
}

async function writeTar(path: string, items: readonly Item[], mtime: Date): Promise<void> {
  const tar = pack();
  for (const { body = '', ...header } of items) tar.entry({ ...header, mtime }, body);
  tar.finalize();
  await pipeline(tar, createWriteStream(path));
}

function directory(name: string, mode: number): Item {
  return { name, type: 'directory', mode };
}

function rootItems(commands: readonly string[]): readonly Item[] {
  const open = ['dev', 'etc', 'home', 'proc', 'sys', 'usr', 'usr/bin', 'usr/sbin', 'sbin', 'var'];
  const folders = /^(bin|sbin|usr\/bin|usr\/sbin)\/[^/]+$/;
  const names = [...new Set(commands)].filter((name) => folders.test(name) && name !== 'bin/busybox');
  return [
    ...open.map((name) => directory(name, 0o755)),
    directory('root', 0o700),
    directory('tmp', 0o1777),
    directory('var/tmp', 0o1777),
    { name: 'etc/passwd', mode: 0o644, body: PASSWD },
    { name: 'etc/group', mode: 0o644, body: GROUP },
    ...names.map((name): Item => ({ name, type: 'symlink', linkname: '/bin/busybox', mode: 0o777 })),
  ];
}
