import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Platform } from '#engine/contract/image.ts';
import { hostPlatform } from '#engine/image/choose-manifest.ts';

const BINFMT_DIR = '/proc/sys/fs/binfmt_misc';

/** How programs of an architecture begin: class and byte order, and the machine (elf(5)), in hex. */
const programs: ReadonlyMap<string, readonly [ident: string, machine: string]> = new Map([
  ['386', ['0101', '0300']],
  ['amd64', ['0201', '3e00']],
  ['arm', ['0101', '2800']],
  ['arm64', ['0201', 'b700']],
  ['loong64', ['0201', '0201']],
  ['mips64le', ['0201', '0800']],
  ['ppc64le', ['0201', '1500']],
  ['riscv64', ['0201', 'f300']],
  ['s390x', ['0202', '0016']],
]);

/** What a machine runs without help beside its own. */
const alsoRun: ReadonlyMap<string, string> = new Map([
  ['amd64', '386'],
  ['arm64', 'arm'],
]);

/** Where a header has the two, in letters of its hex: after the magic number, and at byte 18. */
const IDENT_AT = 8;
const MACHINE_AT = 36;

/** Architectures whose programs a handler of binfmt_misc runs within containers. @param dir as the kernel shows it. */
export async function emulatedArchitectures(dir = BINFMT_DIR): Promise<ReadonlySet<string>> {
  const names = await readdir(dir).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8').catch(() => '')));
  const magics = texts.filter(isUsable).flatMap((text) => /^magic ([0-9a-f]+)$/m.exec(text)?.[1] ?? []);
  const isHandled = ([ident, machine]: readonly [string, string]): boolean =>
    magics.some((magic) => magic.startsWith(ident, IDENT_AT) && magic.startsWith(machine, MACHINE_AT));
  return new Set([...programs].filter(([, program]) => isHandled(program)).map(([name]) => name));
}

/** F: opened when it was registered, so that it is there in a container too (binfmt-misc.rst of the kernel). */
function isUsable(text: string): boolean {
  return text.startsWith('enabled\n') && /^offset 0$/m.test(text) && /^flags: \w*F/m.test(text);
}

/** Whether this machine's processor runs a platform's programs by itself. */
export function runsByItself({ os, architecture }: Platform, host: Platform = hostPlatform): boolean {
  return os === host.os && (architecture === host.architecture || alsoRun.get(host.architecture) === architecture);
}
