import type { Container } from './container.ts';
import { nameOf } from './env-name.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What every process of a container is told, and over it what this one is given; the last of a name counts. */
export function fullEnv(
  { config }: Container,
  { tty, home, own }: { readonly tty: boolean; readonly home: string; readonly own: readonly string[] },
): string[] {
  const entries = [
    `PATH=${PATH}`,
    `HOSTNAME=${config.hostname}`,
    ...(tty ? ['TERM=xterm'] : []),
    `HOME=${home}`,
    ...config.env,
    ...own,
  ];
  return [...new Map(entries.map((entry) => [nameOf(entry), entry])).values()];
}
