import { readFileSync } from 'node:fs';

let known: string | undefined;

/** What tells this run of the machine's kernel from every other (random(4)). */
export function bootId(): string {
  known ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return known;
}
