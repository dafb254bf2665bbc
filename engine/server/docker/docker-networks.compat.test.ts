import { afterEach, expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

describeWith(
  ['root', 'launcher', 'busybox', 'docker client', 'nftables'],
  "networks with Docker's own command line",
  () => {
    const { engine, docker, image } = storyScene();
    afterEach(async () => {
      await engine.removeContainers();
      await docker.text('network', 'prune', '-f');
    });

    const run = (name: string, ...options: readonly string[]): Promise<string> =>
      docker.text('run', '-d', '--name', name, ...options, image, 'sleep', '1000');
    const exec = (name: string, ...command: readonly string[]): Promise<string> =>
      docker.text('exec', name, ...command);
    const ping = async (from: string, to: string): Promise<number | null> =>
      (await docker.run(['exec', from, 'ping', '-c', '1', '-W', '1', to])).code;
    const addressOf = (name: string, network: string): Promise<string> =>
      docker.text('inspect', '-f', `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`, name);

    test('a container has an address in the default bridge, and reaches the machine and others', async () => {
      await run('one');
      await run('other');
      const address = await addressOf('one', 'bridge');
      const gateway = await docker.text('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Gateway}}', 'bridge');
      expect(await exec('one', 'ip', '-4', 'addr', 'show', 'eth0')).toContain(`inet ${address}/16`);
      expect(await exec('one', 'ip', 'route')).toContain(`default via ${gateway} dev eth0`);
      expect(await exec('one', 'cat', '/etc/hosts')).toContain(address);
      expect(await docker.text('inspect', '-f', '{{.NetworkSettings.IPAddress}}', 'one')).toBe(address);
      expect(await ping('one', gateway)).toBe(0);
      expect(await ping('one', await addressOf('other', 'bridge'))).toBe(0);
      const members = await docker.text('network', 'inspect', '-f', '{{range .Containers}}{{.Name}} {{end}}', 'bridge');
      expect(members.trim().split(' ').toSorted()).toEqual(['one', 'other']);
    });

    test('create, list, inspect and remove say what Docker says', async () => {
      const id = await docker.text(
        'network',
        'create',
        '--label',
        'a=b',
        '--subnet',
        '198.51.100.0/24',
        '--gateway',
        '198.51.100.254',
        '--ip-range',
        '198.51.100.128/25',
        '--aux-address',
        'printer=198.51.100.200',
        '-o',
        'com.docker.network.driver.mtu=1400',
        'first',
      );
      expect(id).toMatch(/^[0-9a-f]{64}$/);
      expect(await docker.text('network', 'ls', '--format', '{{.Name}} {{.Driver}} {{.Scope}}')).toBe(
        'bridge bridge local\nfirst bridge local\nhost host local\nnone null local',
      );
      expect(await docker.text('network', 'ls', '-q', '--no-trunc', '--filter', 'label=a=b')).toBe(id);
      expect(await docker.text('network', 'ls', '-q', '--filter', 'type=custom', '--filter', 'name=sec')).toBe('');
      const shown = await docker.text('network', 'inspect', '-f', '{{json .IPAM.Config}}', id.slice(0, 12));
      expect(JSON.parse(shown)).toEqual([
        {
          Subnet: '198.51.100.0/24',
          IPRange: '198.51.100.128/25',
          Gateway: '198.51.100.254',
          AuxiliaryAddresses: { printer: '198.51.100.200' },
        },
      ]);
      await run('box', '--network', 'first');
      expect(await exec('box', 'ip', 'addr', 'show', 'eth0')).toMatch(/mtu 1400[^]*inet 198\.51\.100\.128\/24/);
      expect((await docker.run(['network', 'rm', 'first'])).stderr).toContain('has active endpoints');
      await docker.text('rm', '-f', 'box');
      expect(await docker.text('network', 'rm', 'first')).toBe('first');
      expect((await docker.run(['network', 'inspect', 'first'])).stderr).toMatch(
        /network first not found|No such network/,
      );
    });

    test.each([
      [['bridge'], 'operation is not permitted on predefined bridge network'],
      [['a/b'], 'invalid network name'],
      [['--subnet', '10.0.0.1/24', 'net'], 'invalid subnet'],
      [['--subnet', '198.51.100.0/24', '--gateway', '198.51.101.1', 'net'], 'no matching subnet for gateway'],
      [['-d', 'macvlan', 'net'], 'could not find plugin macvlan'],
      [['-o', 'com.docker.network.driver.mtu=1', 'net'], 'invalid MTU'],
      [['-o', 'com.docker.network.bridge.name=a b', 'net'], 'invalid bridge name'],
      [['-o', 'com.docker.network.bridge.enable_icc=maybe', 'net'], 'enable_icc "maybe": true or false'],
    ])('network create %j is refused', async (args, words) => {
      const { code, stderr } = await docker.run(['network', 'create', ...args]);
      expect(code).toBe(1);
      expect(stderr).toContain(words);
    });

    test('what another network has, or the machine routes, nobody is given', async () => {
      const subnet = await docker.text('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Subnet}}', 'bridge');
      const { stderr } = await docker.run(['network', 'create', '--subnet', subnet, 'net']);
      expect(stderr).toContain('Pool overlaps with other one on this address space');
      expect((await docker.run(['network', 'create', '--subnet', '198.51.100.0/24', 'one'])).code).toBe(0);
      expect((await docker.run(['network', 'create', '--subnet', '198.51.100.128/25', 'two'])).stderr).toContain(
        'the network one has 198.51.100.0/24',
      );
      expect((await docker.run(['network', 'create', 'one'])).stderr).toContain('network with name one already exists');
    });

    test('an address and a hardware address are had by whoever asks for them, once', async () => {
      await docker.text('network', 'create', '--subnet', '198.51.100.0/24', 'net');
      await run('box', '--network', 'net', '--ip', '198.51.100.77', '--mac-address', '02:11:22:33:44:55');
      expect(await addressOf('box', 'net')).toBe('198.51.100.77');
      expect(await exec('box', 'ip', 'link', 'show', 'eth0')).toContain('02:11:22:33:44:55');
      const again = await docker.run(['run', '--rm', '--network', 'net', '--ip', '198.51.100.77', image, 'true']);
      expect(again.code).toBe(125);
      expect(again.stderr).toContain('Address already in use');
      const beside = await docker.run(['run', '--rm', '--network', 'net', '--ip', '198.51.101.1', image, 'true']);
      expect(beside.stderr).toContain('invalid address 198.51.101.1');
      // Older clients leave the address out by themselves.
      const wish = { EndpointsConfig: { default: { IPAMConfig: { IPv4Address: '172.17.0.9' } } } };
      const body = { Image: image, Cmd: ['true'], HostConfig: { NetworkMode: 'default' }, NetworkingConfig: wish };
      const onDefault = await engine.ask('/containers/create', { method: 'POST', body });
      expect(onDefault.body).toContain('user specified IP address is supported on user defined networks only');
      const missing = await docker.run(['run', '--rm', '--network', 'nowhere', image, 'true']);
      expect(missing.stderr).toContain('network nowhere not found');
    });

    test('bridges are kept apart, and an internal network to itself', async () => {
      await docker.text('network', 'create', 'one');
      await docker.text('network', 'create', 'other');
      await docker.text('network', 'create', '--internal', 'inside');
      await run('boxa', '--network', 'one');
      await run('boxb', '--network', 'other');
      await run('boxc', '--network', 'inside');
      await run('boxd', '--network', 'inside');
      expect(await ping('boxa', await addressOf('boxb', 'other'))).not.toBe(0);
      expect(await ping('boxb', await addressOf('boxa', 'one'))).not.toBe(0);
      expect(await ping('boxa', await addressOf('boxc', 'inside'))).not.toBe(0);
      expect(await ping('boxc', await addressOf('boxd', 'inside'))).toBe(0);
      expect(await exec('boxc', 'ip', 'route')).not.toContain('default');
    });

    test('IPv6 is there where it was asked for', async () => {
      await docker.text('network', 'create', '--ipv6', '--subnet', '2001:db8:6::/64', 'six');
      await run('boxa', '--network', 'six', '--ip6', '2001:db8:6::42');
      await run('boxb', '--network', 'six');
      const address = await docker.text(
        'inspect',
        '-f',
        '{{(index .NetworkSettings.Networks "six").GlobalIPv6Address}}',
        'boxb',
      );
      expect(address).toBe('2001:db8:6::2');
      expect(await ping('boxa', address)).toBe(0);
      expect(await ping('boxb', '2001:db8:6::42')).toBe(0);
      expect(await ping('boxb', '2001:db8:6::1')).toBe(0);
      expect(await exec('boxa', 'ip', 'addr', 'show', 'eth0')).toContain('inet ');
    });

    test('a running container is connected and disconnected, and stays so', async () => {
      await docker.text('network', 'create', '--internal', 'inside');
      await docker.text('network', 'create', '--subnet', '198.51.100.0/24', 'more');
      await run('box', '--network', 'inside');
      await docker.text('network', 'connect', '--ip', '198.51.100.9', '--alias', 'other', 'more', 'box');
      expect(await exec('box', 'ip', 'addr', 'show', 'eth1')).toContain('inet 198.51.100.9/24');
      expect(await exec('box', 'ip', 'route')).toContain('default via 198.51.100.1 dev eth1');
      expect(await exec('box', 'cat', '/etc/hosts')).toContain('198.51.100.9');
      expect((await docker.run(['network', 'connect', 'more', 'box'])).stderr).toContain(
        'already exists in network more',
      );
      await docker.text('restart', '-t', '0', 'box');
      expect(await addressOf('box', 'more')).toBe('198.51.100.9');
      await docker.text('network', 'disconnect', 'more', 'box');
      expect(await exec('box', 'ip', 'link')).not.toContain('eth1');
      expect((await docker.run(['network', 'disconnect', 'more', 'box'])).stderr).toContain(
        'is not connected to network more',
      );
      await docker.text('network', 'rm', 'more');
    });

    test('the way out moves to another network when its own is taken away', async () => {
      await docker.text('network', 'create', 'next');
      await run('box');
      await docker.text('network', 'connect', 'next', 'box');
      const gateway = await docker.text('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Gateway}}', 'next');
      expect(await exec('box', 'ip', 'route')).toContain('dev eth0');
      await docker.text('network', 'disconnect', 'bridge', 'box');
      expect(await exec('box', 'ip', 'route')).toContain(`default via ${gateway} dev eth1`);
    });

    test('one that does not run is connected when it starts', async () => {
      await docker.text('network', 'create', 'later');
      await docker.text('create', '--name', 'box', image, 'ip', 'addr');
      await docker.text('network', 'connect', 'later', 'box');
      const shown = await docker.text('start', '-a', 'box');
      expect(shown).toMatch(/eth0[^]*eth1/);
    });

    test('a container uses the network of another', async () => {
      await run('owner');
      await run('guest', '--network', 'container:owner');
      const address = await addressOf('owner', 'bridge');
      expect(await exec('guest', 'ip', 'addr', 'show', 'eth0')).toContain(`inet ${address}/16`);
      expect(await exec('guest', 'cat', '/etc/hosts')).toContain(address);
      expect((await docker.run(['network', 'connect', 'bridge', 'guest'])).stderr).toContain('cannot be connected');
      const published = await docker.run(['run', '--network', 'container:owner', '-p', '80', image, 'true']);
      expect(published.stderr).toContain('conflicting options: port publishing and the container type network mode');
      await docker.text('rm', '-f', 'owner');
      await expect.poll(() => exec('guest', 'ip', 'link')).not.toContain('eth0');
    });

    test('events tell who comes and goes', async () => {
      await docker.text('network', 'create', 'passing');
      await docker.text('run', '--rm', '--network', 'passing', image, 'true');
      await docker.text('network', 'rm', 'passing');
      const events = await docker.text(
        'events',
        '--since',
        '1m',
        '--until',
        String(Date.now() / 1000 + 1),
        '--filter',
        'type=network',
        '--format',
        '{{.Action}} {{.Actor.Attributes.name}}',
      );
      expect(events.split('\n').filter((line) => line.endsWith(' passing'))).toEqual([
        'create passing',
        'connect passing',
        'disconnect passing',
        'destroy passing',
      ]);
    });

    test('names of the machine and of others are written where programs look', async () => {
      const gateway = await docker.text('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Gateway}}', 'bridge');
      await run('server');
      const hosts = await docker.text(
        'run',
        '--rm',
        '--add-host',
        'machine:host-gateway',
        '--link',
        'server:db',
        image,
        'cat',
        '/etc/hosts',
      );
      expect(hosts).toContain(`${gateway}\tmachine`);
      expect(hosts).toMatch(new RegExp(`${await addressOf('server', 'bridge')}\tdb .*server`));
      const resolver = await docker.text(
        'run',
        '--rm',
        '--dns',
        '192.0.2.1',
        '--dns-search',
        'example.com',
        '--dns-option',
        'ndots:2',
        image,
        'cat',
        '/etc/resolv.conf',
      );
      expect(resolver).toBe('nameserver 192.0.2.1\nsearch example.com\noptions ndots:2');
    });
  },
);
