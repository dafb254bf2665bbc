import { afterEach, expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { TestHost } from '#engine/testing/test-host.ts';
import { WatchedProcess } from '#engine/testing/watched-process.ts';

/** Another machine's resolver: it says 192.0.2.53 to whatever it is asked, over both protocols, and tells of it. */
const RESOLVER = `
const { createSocket } = require('dgram');
const { createServer } = require('net');
const answer = (query) => {
  const end = query.indexOf(0, 12) + 5;
  const record = Buffer.from('c00c000100010000003c0004c0000235', 'hex');
  const answer = Buffer.concat([query.subarray(0, end), record]);
  answer.writeUInt16BE(0x8180, 2);
  answer.writeUInt16BE(1, 6);
  answer.writeUInt16BE(0, 8);
  answer.writeUInt16BE(0, 10);
  return answer;
};
createSocket('udp4').on('message', function (query, from) { this.send(answer(query), from.port, from.address); }).bind(53, () => console.log('ready'));
createServer((socket) => socket.once('data', (bytes) => {
  const reply = answer(bytes.subarray(2));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(reply.length);
  socket.end(Buffer.concat([length, reply]));
})).listen(53);
`;

describeWith(['root', 'launcher', 'busybox', 'docker client', 'nftables'], 'names of containers', () => {
  const { engine, docker, image } = storyScene();
  afterEach(async () => {
    await engine.removeContainers();
    await docker.text('network', 'prune', '-f');
  });

  const run = (name: string, ...options: readonly string[]): Promise<string> =>
    docker.text('run', '-d', '--name', name, ...options, image, 'sleep', '1000');
  const addressOf = (name: string, network: string, field = 'IPAddress'): Promise<string> =>
    docker.text('inspect', '-f', `{{(index .NetworkSettings.Networks "${network}").${field}}}`, name);
  /** What busybox finds of a name: everything it says. */
  const lookUp = async (from: string, ...question: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await docker.run(['exec', from, 'nslookup', ...question]);
    return stdout + stderr;
  };
  const ping = async (from: string, to: string): Promise<number | null> =>
    (await docker.run(['exec', from, 'ping', '-c', '1', '-W', '2', to])).code;

  test('a container has its name, its short id and its aliases, with and without the network', async () => {
    await docker.text('network', 'create', 'net');
    await run('asker', '--network', 'net');
    const id = await run('web', '--network', 'net', '--network-alias', 'Front', '--network-alias', 'www.example.com');
    const address = await addressOf('web', 'net');
    for (const name of ['web', 'WEB', id.slice(0, 12), 'front', 'www.example.com', 'web.net', 'front.net']) {
      expect(await lookUp('asker', name), name).toContain(address);
    }
    expect(await ping('asker', 'web')).toBe(0);
    expect(await lookUp('asker', address)).toContain('web.net');
    const gateway = await docker.text('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Gateway}}', 'net');
    expect(await docker.text('exec', 'asker', 'cat', '/etc/resolv.conf')).toMatch(
      new RegExp(`^nameserver ${gateway}\n[^]*options .*ndots:0$`),
    );
  });

  test('a name is of its networks alone, and goes with the container', async () => {
    await docker.text('network', 'create', '--internal', 'one');
    await docker.text('network', 'create', '--internal', 'other');
    await run('asker', '--network', 'one');
    await run('far', '--network', 'other');
    expect(await ping('asker', 'far')).not.toBe(0);
    await docker.text('network', 'connect', '--alias', 'near', 'one', 'far');
    expect(await ping('asker', 'far')).toBe(0);
    expect(await ping('asker', 'near')).toBe(0);
    await docker.text('rename', 'far', 'renamed');
    expect(await ping('asker', 'renamed')).toBe(0);
    await docker.text('rm', '-f', 'renamed');
    expect(await ping('asker', 'near')).not.toBe(0);
  });

  test('a link is a name that one container has for another', async () => {
    await docker.text('network', 'create', '--internal', 'net');
    await run('server', '--network', 'net');
    await run('friend', '--network', 'net', '--link', 'server:db');
    await run('stranger', '--network', 'net');
    expect(await ping('friend', 'db')).toBe(0);
    expect(await ping('stranger', 'db')).not.toBe(0);
  });

  test('IPv6 has its names, too', async () => {
    await docker.text('network', 'create', '--ipv6', 'net');
    await run('asker', '--network', 'net');
    await run('web', '--network', 'net');
    const address = await addressOf('web', 'net', 'GlobalIPv6Address');
    expect(await lookUp('asker', '-type=aaaa', 'web')).toContain(address);
    expect(await lookUp('asker', address)).toContain('web.net');
  });

  test('what is no container’s is asked of the resolvers that the container has', async () => {
    await using other = await TestHost.make();
    await using resolver = new WatchedProcess('env', [...other.prefix, process.execPath, '-e', RESOLVER], process.env);
    await resolver.until(/ready/);
    await docker.text('network', 'create', 'net');
    await run('asker', '--network', 'net', '--dns', other.address);
    expect(await lookUp('asker', 'somewhere.example')).toContain('192.0.2.53');
    await docker.text('network', 'create', '--internal', 'inside');
    await run('shut', '--network', 'inside', '--dns', other.address);
    expect(await lookUp('shut', 'somewhere.example')).not.toContain('192.0.2.53');
  });

  test('questions come over TCP, too, about containers and about others', async () => {
    await using other = await TestHost.make();
    await using resolver = new WatchedProcess('env', [...other.prefix, process.execPath, '-e', RESOLVER], process.env);
    await resolver.until(/ready/);
    await docker.text('network', 'create', 'net');
    await run('asker', '--network', 'net', '--dns', other.address);
    const gateway = await docker.text('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Gateway}}', 'net');
    const pid = await docker.text('inspect', '-f', '{{.State.Pid}}', 'asker');
    const asking = (name: string): Promise<string> => {
      const program = `
        const labels = ${JSON.stringify(name.split('.'))}.map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
        const name = Buffer.concat([...labels, Buffer.alloc(1)]);
        const query = Buffer.concat([Buffer.from('123401000001000000000000', 'hex'), name, Buffer.from([0, 1, 0, 1])]);
        require('net').connect(53, '${gateway}').on('data', function (bytes) { console.log([...bytes.subarray(-4)].join('.')); this.end(); })
          .write(Buffer.concat([Buffer.from([0, query.length]), query]));`;
      const args = ['-t', pid, '-n', process.execPath, '-e', program];
      return new WatchedProcess('nsenter', args, process.env).ended.then(({ stdout }) => stdout.trim());
    };
    expect(await asking('asker')).toBe(await addressOf('asker', 'net'));
    expect(await asking('somewhere.example')).toBe('192.0.2.53');
  });

  test('names are there again after the engine was killed', async () => {
    await docker.text('network', 'create', 'net');
    await run('asker', '--network', 'net');
    await run('web', '--network', 'net');
    await engine.restart('SIGKILL');
    expect(await ping('asker', 'web')).toBe(0);
  });
});
