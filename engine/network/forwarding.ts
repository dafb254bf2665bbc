import { readdir, readFile } from 'node:fs/promises';

import type { Step } from '#engine/runtime/encode-plan.ts';
import { settingStep } from '#engine/runtime/network-link.ts';

/**
 * Lets the machine pass on what comes from a bridge and goes to it (ip-sysctl of the kernel's documentation), and from
 * 127.0.0.1 into it: the rules see to it that nothing comes the other way.
 *
 * @param isShared in a network that is the containers' alone, where nobody listens to routers.
 */
export async function forwardingSteps(
  bridge: string,
  { hasIpv6, isShared }: { readonly hasIpv6: boolean; readonly isShared: boolean },
): Promise<readonly Step[]> {
  return [
    settingStep('ipv4/ip_forward', '1'),
    settingStep(`ipv4/conf/${bridge}/route_localnet`, '1'),
    ...(hasIpv6 ? [...(isShared ? [] : await listeningSteps()), settingStep('ipv6/conf/all/forwarding', '1')] : []),
  ];
}

const SETTINGS = '/proc/sys/net/ipv6/conf';

/** A machine that passes on IPv6 no longer learns its own routes from routers, unless it is told to (accept_ra 2). */
async function listeningSteps(): Promise<readonly Step[]> {
  if ((await get('all/forwarding')) === '1') return [];
  const interfaces = (await readdir(SETTINGS)).filter((name) => name !== 'all');
  const listening = await Promise.all(interfaces.map(async (name) => (await get(`${name}/accept_ra`)) === '1'));
  return interfaces
    .filter((_, index) => listening[index])
    .map((name) => settingStep(`ipv6/conf/${name}/accept_ra`, '2'));
}

async function get(name: string): Promise<string> {
  return (await readFile(`${SETTINGS}/${name}`, 'utf8').catch(() => '')).trim();
}
