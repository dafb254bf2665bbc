import { expect, test } from 'vitest';

import { parseRoutes4, parseRoutes6, type HostRoute } from './host-routes.ts';
import { formatSubnet } from './ip-address.ts';

const words = (routes: readonly HostRoute[]): string[] =>
  routes.map(({ device, subnet }) => `${formatSubnet(subnet)} ${device}`);

test('routes of IPv4 are read, the default one is nobody’s', () => {
  const text = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	0100A8C0	0003	0	0	0	00000000	0	0	0
eth0	0000A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
tun0	0000100A	00000000	0001	0	0	0	0000FFFF	0	0	0
`;
  expect(words(parseRoutes4(text))).toEqual(['192.168.0.0/24 eth0', '10.16.0.0/16 tun0']);
});

test('routes of IPv6 are read, but those that every link has', () => {
  const zeros = '0'.repeat(32);
  const line = (destination: string, length: string, device: string): string =>
    `${destination.padEnd(32, '0')} ${length} ${zeros} 00 ${zeros} 00000100 00000001 00000000 00000001     ${device}`;
  const text = [
    line('fe80', '40', 'eth0'),
    line('ff', '08', 'eth0'),
    line('fd12', '40', 'eth0'),
    line('', '00', 'eth0'),
    line('20010db8', '80', 'lo'),
  ].join('\n');
  expect(words(parseRoutes6(text))).toEqual(['fd12::/64 eth0']);
});
