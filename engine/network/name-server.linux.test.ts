import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { openDatabase, type Database } from '#engine/metadata/database.ts';
import { describeWith } from '#engine/testing/requires.ts';

import { EndpointTable } from './endpoint-table.ts';
import { prefixed } from './forward-query.ts';
import { NameServers } from './name-server.ts';
import { ownNetwork, type Listeners } from './network-home.ts';
import { NetworkTable } from './network-table.ts';
import type { Network } from './network.ts';

const GATEWAY = '127.77.0.1';
/** Who asks it hears nothing: of a machine whose way out is gone. */
const SILENT = '127.77.0.2';
/** Of a network's containers. */
const [ASKER, OTHER] = ['127.77.0.3', '127.77.0.4'] as const;

const network: Network = {
  id: 'a'.repeat(64),
  name: 'net',
  createdAt: 0,
  config: {
    driver: 'bridge',
    ipv4: { subnet: '127.77.0.0/16', gateway: GATEWAY, isChosen: false },
    internal: false,
    attachable: false,
    labels: {},
    options: {},
  },
};

function place(ipv4: string): Parameters<EndpointTable['insert']>[0][number] {
  const letter = ipv4.slice(-1);
  return {
    id: letter.repeat(64),
    networkId: network.id,
    containerId: letter.repeat(64),
    ipv4,
    hostName: `ev${letter}`,
    interfaceName: 'eth0',
    hardwareAddress: '02:42:7f:4d:00:01',
    aliases: [`web${letter}`],
    links: [],
    isGateway: true,
    ports: [],
  };
}

/** For the address of a name. */
function question(name: string, id = 7): Buffer {
  const head = Buffer.from([0, id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, Buffer.from([name.length]), Buffer.from(name), Buffer.from([0, 0, 1, 0, 1])]);
}

describeWith(['root'], 'a resolver at a gateway', () => {
  let database: Database;
  let servers: NameServers;
  let listening: Listeners;
  let silent: DatagramSocket;

  /** Port 53 may be another test's. */
  const listen = async (): Promise<Listeners> => {
    const [datagrams, streams]: [DatagramSocket, Server] = [createSocket('udp4'), createServer()];
    datagrams.bind(0, GATEWAY);
    streams.listen(0, GATEWAY);
    await Promise.all([once(datagrams, 'listening'), once(streams, 'listening')]);
    listening = { datagrams, streams };
    return listening;
  };

  beforeEach(async () => {
    database = openDatabase(':memory:');
    // The containers themselves are nobody's question here.
    database.exec('PRAGMA foreign_keys = OFF');
    silent = createSocket('udp4').bind(53, SILENT);
    const table = new NetworkTable(database);
    table.insert(network);
    const endpoints = new EndpointTable(database);
    endpoints.insert([place(ASKER), place(OTHER)]);
    const usage = { users: () => [], name: () => undefined, nameServers: () => [SILENT] };
    servers = new NameServers({ table, endpoints, usage }, { ...ownNetwork, listen });
    await Promise.all([servers.open(network), once(silent, 'listening')]);
  });
  afterEach(() => {
    servers.close(network.id);
    silent.close();
    database.close();
  });

  const from = async (address: string): Promise<DatagramSocket> => {
    const socket = createSocket('udp4').bind(0, address);
    await once(socket, 'listening');
    return socket;
  };
  const send = (socket: DatagramSocket, message: Buffer): void =>
    socket.send(message, listening.datagrams.address().port, GATEWAY);
  const ask = async (name: string, address: string = ASKER): Promise<Buffer> => {
    const socket = await from(address);
    send(socket, question(name));
    const answer = await new Promise<Buffer>((resolve) => void socket.once('message', resolve));
    socket.close();
    return answer;
  };

  test('a container is told the address of another', async () => {
    expect((await ask('web4')).subarray(-4)).toEqual(Buffer.from([127, 77, 0, 4]));
  });

  test('a question from port 0, which only who makes packets by hand can send, ends nothing', async () => {
    const nowhere = { address: ASKER, port: 0, family: 'IPv4', size: 0 };
    listening.datagrams.emit('message', question('web4'), nowhere);
    expect((await ask('web4')).readUInt16BE(0)).toBe(7);
  });

  test('an answer that comes once its network has been taken down and raised anew ends nothing', async () => {
    const before = listening.datagrams;
    const passed = new Promise<() => void>((resolve) => {
      // Repeating the question is answer enough.
      silent.once('message', (message: Buffer, { port, address }) =>
        resolve(() => silent.send(message, port, address)),
      );
    });
    before.emit('message', question('elsewhere'), { address: ASKER, port: 9, family: 'IPv4', size: 0 });
    const answer = await passed;
    servers.close(network.id);
    await servers.open(network);
    expect(listening.datagrams).not.toBe(before);
    answer();
    expect((await ask('web4')).readUInt16BE(0)).toBe(7);
  });

  test('who asks on and on over a connection, and reads no answer, is not read on', async () => {
    const accepted = new Promise<Socket>((resolve) => void listening.streams.once('connection', resolve));
    const address = listening.streams.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const client = connect({ port, host: GATEWAY, localAddress: ASKER }).on('error', () => undefined);
    const served = await accepted;
    client.pause();
    const many = Buffer.concat(Array.from({ length: 1000 }, () => prefixed(question('web4'))));
    for (let sent = 0; sent < 600; sent += 1) client.write(many);
    // The kernel holds some megabytes of both; beyond that the client's own questions wait.
    await expect.poll(() => served.isPaused(), { timeout: 10_000 }).toBe(true);
    expect(served.writableLength).toBeLessThan(2 ** 20);
    expect(client.writableLength).toBeGreaterThan(0);
    client.destroy();
  });

  test('one whose questions wait for others has only so many of them wait', async () => {
    const [greedy, modest] = await Promise.all([from(ASKER), from(OTHER)]);
    const passed: string[] = [];
    silent.on('message', (message: Buffer) => void passed.push(message.includes('another') ? 'modest' : 'greedy'));
    const refused = once(greedy, 'message');
    for (let id = 0; id < 200; id += 1) send(greedy, question('elsewhere', id));
    await refused;
    // The other's is passed on all the same.
    send(modest, question('another'));
    await expect.poll(() => passed).toContain('modest');
    expect(passed.filter((who) => who === 'greedy').length).toBeLessThanOrEqual(64);
    greedy.close();
    modest.close();
  });
});
