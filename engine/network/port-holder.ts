import { readdir, readFile, readlink } from 'node:fs/promises';

import type { PublishedPort } from './endpoint.ts';

type Port = Pick<PublishedPort, 'protocol' | 'hostPort'>;

/** Who listens on a port of the machine's, as far as this process may see: `nginx (pid 123)`. */
export async function portHolder(port: Port): Promise<string | undefined> {
  const inodes = new Set<string>();
  for (const table of [port.protocol, `${port.protocol}6`]) {
    const text = await readFile(`/proc/self/net/${table}`, 'utf8').catch(() => '');
    for (const inode of listeningInodes(text, port)) inodes.add(`socket:[${inode}]`);
  }
  if (inodes.size === 0) return undefined;
  for (const pid of await readdir('/proc')) {
    if (/^\d+$/.test(pid) && (await holdsOne(pid, inodes))) return describe(pid);
  }
  return undefined;
}

/** TCP_LISTEN, and the state that a socket of datagrams has which is connected to nobody (net/tcp_states.h). */
const LISTENING: Readonly<Record<Port['protocol'], string>> = { tcp: '0A', udp: '07' };

/** Of lines as proc_pid_net(5) has them: number, `address:port` in hex, the other side's, state, …, inode as the tenth. */
export function listeningInodes(text: string, { protocol, hostPort }: Port): string[] {
  const port = hostPort.toString(16).toUpperCase().padStart(4, '0');
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    return local.endsWith(`:${port}`) && state === LISTENING[protocol] && inode !== undefined ? [inode] : [];
  });
}

async function holdsOne(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    if (sockets.has(target)) return true;
  }
  return false;
}

async function describe(pid: string): Promise<string> {
  const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
  if (name === 'estrato-relay') return `a container of another Estrato engine (pid ${pid})`;
  return name === '' ? `the process ${pid}` : `${name} (pid ${pid})`;
}
