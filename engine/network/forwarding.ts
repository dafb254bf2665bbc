import { readdir, readFile, writeFile } from 'node:fs/promises';

import { EngineError } from '#engine/contract/errors.ts';

const SETTINGS = '/proc/sys/net';

/**
 * Lets the machine pass on what comes from a bridge and goes to it (ip-sysctl of the kernel's documentation), and from
 * 127.0.0.1 into it: the rules see to it that nothing comes the other way.
 */
export async function allowForwarding(bridge: string, hasIpv6: boolean): Promise<void> {
  await set('ipv4/ip_forward', '1');
  await set(`ipv4/conf/${bridge}/route_localnet`, '1');
  if (!hasIpv6 || (await get('ipv6/conf/all/forwarding')) === '1') return;
  await keepListeningToRouters();
  await set('ipv6/conf/all/forwarding', '1');
}

/** A machine that passes on IPv6 no longer learns its own routes from routers, unless it is told to (accept_ra 2). */
async function keepListeningToRouters(): Promise<void> {
  const interfaces = await readdir(`${SETTINGS}/ipv6/conf`);
  for (const name of interfaces) {
    if (name === 'all' || (await get(`ipv6/conf/${name}/accept_ra`)) !== '1') continue;
    await set(`ipv6/conf/${name}/accept_ra`, '2');
  }
}

async function get(name: string): Promise<string> {
  return (await readFile(`${SETTINGS}/${name}`, 'utf8').catch(() => '')).trim();
}

async function set(name: string, value: string): Promise<void> {
  if ((await get(name)) === value) return;
  try {
    await writeFile(`${SETTINGS}/${name}`, value);
  } catch (cause) {
    throw new EngineError(
      'unavailable',
      `The machine's setting net/${name} can't be made ${value}, and containers need it; set it with sysctl.`,
      { cause },
    );
  }
}
