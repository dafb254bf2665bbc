import { open } from 'node:fs/promises';

/** Real files of this machine: programs, libraries, headers, documents; about 600 MB as the arguments of five tars. */
export function bigLayers(): readonly (readonly string[])[] {
  const parts = (
    process.env['BENCH_PARTS'] ?? 'usr/sbin+usr/libexec usr/include usr/share/doc usr/share/perl usr/lib/gcc'
  ).split(' ');
  return parts.map((part) => ['--ignore-failed-read', '-C', '/', ...part.split('+')]);
}

/** Writes a file of so many megabytes, in lines as programs print them. */
export async function makeLines(path: string, megabytes: number): Promise<void> {
  const line = '2026-01-01 00:00:00 a line of a program that says what it does, and how far it is\n';
  const megabyte = Buffer.from(line.repeat(Math.ceil(1_000_000 / line.length))).subarray(0, 1_000_000);
  await using file = await open(path, 'w');
  for (let written = 0; written < megabytes; written += 1) await file.write(megabyte);
}
