import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import type { Step } from './encode-plan.ts';
import { EstratoRuntime } from './estrato-runtime.ts';
import { bridgeStep, unlinkStep, type NetworkLink } from './network-link.ts';
import { startBox, type Box } from './testing/busybox-container.ts';

const run = promisify(execFile);

/** From the addresses that are for documentation (RFC 5737, RFC 3849): nobody routes them. */
const gateway = { v4: '198.51.100.1', v6: '2001:db8:51::1' };

async function changeNetworks(steps: readonly Step[]): Promise<void> {
  await using dir = await temporaryDirectory('launcher');
  await using runtime = new EstratoRuntime({ launcherPath, dir: dir.path });
  await runtime.changeNetworks(steps);
}

describeWith(['root', 'launcher', 'busybox'], 'links into a container', () => {
  let bridge = '';
  beforeEach(async () => {
    bridge = `est${randomBytes(4).toString('hex')}`;
    const addresses = [`${gateway.v4}/24`, `${gateway.v6}/64`];
    await changeNetworks([bridgeStep({ name: bridge, hardwareAddress: '02:42:00:00:00:01', mtu: 1400, addresses })]);
  });
  afterEach(() => changeNetworks([unlinkStep(bridge)]));

  const link = (host: number, name = 'eth0'): NetworkLink => ({
    hostName: `${bridge}${host}`,
    bridge,
    name,
    hardwareAddress: `02:42:c6:33:64:0${host}`,
    mtu: 1400,
    gateway4: gateway.v4,
    gateway6: gateway.v6,
    addresses: [`198.51.100.${host}/24`, `2001:db8:51::${host}/64`],
  });

  const start = (links: readonly NetworkLink[]): Promise<Box> =>
    startBox({ launcherPath, busyboxPath, args: ['/bin/sleep', '1000'], request: { links } });

  const ping = async (box: Box, address: string): Promise<number> =>
    (await box.exec(['/bin/ping', '-c', '1', '-W', '2', address])).status.exitCode;

  test('a container begins with its address, its route and its hardware address', async () => {
    await using box = await start([link(2)]);
    const { stdout } = await box.exec(['/bin/sh', '-c', 'ip addr show eth0; ip route; ip -6 route']);
    expect(stdout).toContain('inet 198.51.100.2/24');
    expect(stdout).toContain('inet6 2001:db8:51::2/64');
    expect(stdout).toContain('link/ether 02:42:c6:33:64:02');
    expect(stdout).toContain('mtu 1400');
    expect(stdout).toContain(`default via ${gateway.v4} dev eth0`);
    expect(stdout).toContain(`default via ${gateway.v6} dev eth0`);
  });

  test('two containers and the machine reach each other, over both families', async () => {
    await using one = await start([link(2)]);
    await using _other = await start([link(3)]);
    for (const address of [gateway.v4, gateway.v6, '198.51.100.3', '2001:db8:51::3']) {
      expect(await ping(one, address), address).toBe(0);
    }
    await run(busyboxPath, ['ping', '-c', '1', '-W', '2', '198.51.100.2']);
  });

  test('a link is made and taken away while the container runs', async () => {
    await using box = await start([]);
    expect(await ping(box, gateway.v4)).not.toBe(0);
    await box.container.connect(link(2, 'eth7'));
    expect(await ping(box, gateway.v4)).toBe(0);
    await box.container.disconnect('eth7');
    expect(await ping(box, gateway.v4)).not.toBe(0);
    await expect(box.container.connect({ ...link(2), bridge: 'nobridge0' })).rejects.toThrow(
      'find the bridge nobridge0: No such device',
    );
    await expect(box.container.connect({ ...link(2), addresses: ['198.51.100.2/33'] })).rejects.toThrow(
      'set up the interface eth0: Invalid argument',
    );
  });

  test('a start whose link can not be made says so, and leaves nothing', async () => {
    await expect(start([{ ...link(2), bridge: 'nobridge0' }])).rejects.toThrow(
      'find the bridge nobridge0: No such device',
    );
    await expect(run('ip', ['link', 'show', `${bridge}2`])).rejects.toThrow('does not exist');
  });

  test('of two bridges for one network the second is refused, and is not there', async () => {
    const name = `${bridge}x`;
    const second = bridgeStep({
      name,
      hardwareAddress: '02:42:00:00:00:02',
      mtu: 1400,
      addresses: ['198.51.100.9/24'],
    });
    await expect(changeNetworks([second])).rejects.toThrow(`make the bridge ${name}: File exists`);
    await expect(run('ip', ['link', 'show', name])).rejects.toThrow('does not exist');
  });
});
