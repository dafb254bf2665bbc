import { readFile } from 'node:fs/promises';

/** A line of the table of mounts, as far as it matters here. */
export interface Mount {
  readonly point: string;
  /** `shared:1`, `master:2`. */
  readonly tags: readonly string[];
}

/** What is mounted where this process looks (proc_pid_mountinfo(5)), in the order in which it was. */
export async function readMounts(): Promise<readonly Mount[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  return table
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const fields = line.split(' ');
      return { point: unescaped(fields[4] ?? ''), tags: fields.slice(6, fields.indexOf('-')) };
    });
}

/** Blanks and backslashes are written as three octal digits. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
