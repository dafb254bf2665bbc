import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { connect, type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { describe, expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { ContextSpool } from '#engine/build/context-spool.ts';
import { GrpcClient } from './grpc-client.ts';
import { framed, messagesIn } from './grpc-frames.ts';
import { PACKET, Packet, type Stat } from './messages.ts';
import { receiveFolder } from './receive-folder.ts';
import { ReceivedFolder } from '#engine/build/received-folder.ts';

/** Go's os.FileMode. */
const DIRECTORY = 0x8000_01ed;
const LINK = 0x0800_01ff;

const stat = (path: string, more: Partial<Stat> = {}): Stat => ({
  path,
  mode: 0o644,
  size: 0,
  modTime: 1_600_000_000_000_000_000,
  linkname: '',
  ...more,
});

type Sent = Parameters<typeof Packet.encode>[0];

/** A client that tells of these entries, and answers a request for a file by what `answer` says. */
interface Sender {
  readonly told: readonly Stat[];
  readonly answer?: (id: number) => readonly Sent[];
  /** Instead of what comes after the last entry. */
  readonly afterwards?: readonly Sent[];
}

const contents = new Map([
  ['a', 'one'],
  ['deep/b', 'x'.repeat(600_000)],
  ['deep/c', 'three'],
]);

const folder: readonly Stat[] = [
  stat('a', { size: 3 }),
  stat('deep', { mode: DIRECTORY }),
  stat('deep/b', { size: 600_000 }),
  stat('deep/c', { size: 5 }),
  stat('link', { mode: LINK, linkname: 'a' }),
  stat('same', { size: 5, linkname: 'deep/c' }),
];

/** The file in pieces, in the order of its bytes, then its end. */
function honest(told: readonly Stat[]): (id: number) => readonly Sent[] {
  return (id) => {
    const bytes = Buffer.from(contents.get(told[id]?.path ?? '') ?? '');
    const pieces: Sent[] = [];
    for (let at = 0; at < bytes.length; at += 32_768) {
      pieces.push({ type: PACKET.data, id, data: bytes.subarray(at, at + 32_768) });
    }
    return [...pieces, { type: PACKET.data, id }];
  };
}

async function send(
  stream: ServerHttp2Stream,
  { told, answer = honest(told), afterwards = [] }: Sender,
): Promise<void> {
  const write = (packet: Sent): void => void stream.write(framed(Packet.encode(packet)));
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  for (const each of told) write({ type: PACKET.stat, stat: each });
  for (const each of afterwards) write(each);
  write({ type: PACKET.stat });
  for await (const message of messagesIn(stream)) {
    const { type, id = 0 } = Packet.decode(message);
    if (type === PACKET.request) for (const packet of answer(id)) write(packet);
    if (type !== PACKET.end) continue;
    write({ type: PACKET.end });
    stream.end();
  }
}

async function listening(sender: Sender): Promise<Http2Server> {
  const server = createServer();
  server.on('sessionError', () => undefined);
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    void send(stream, sender).catch(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

interface Received {
  readonly tree: ReceivedFolder;
  readonly asked: readonly number[];
}

/** @param look what is looked at while the spool is there. */
async function received<T>(sender: Sender, look: (got: Received) => Promise<T>): Promise<T> {
  const asked: number[] = [];
  const { answer = honest(sender.told) } = sender;
  const noted = (id: number): readonly Sent[] => {
    asked.push(id);
    return answer(id);
  };
  await using dir = await temporaryDirectory('receive');
  await using spool = await ContextSpool.open(`${dir.path}/spool`);
  const server = await listening({ ...sender, answer: noted });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  using client = new GrpcClient(connect(port, '127.0.0.1'));
  try {
    const entries = await receiveFolder(client.call('/moby.filesync.v1.FileSync/DiffCopy'), spool, () => undefined);
    await spool.flush();
    return await look({ tree: new ReceivedFolder(spool.path, entries), asked });
  } finally {
    client[Symbol.dispose]();
    server.close();
  }
}

const failure = (sender: Sender): Promise<unknown> => received(sender, () => Promise.resolve('received'));

describe('receiving a folder', () => {
  test('files small and large, directories and links of both kinds', async () => {
    await received({ told: folder }, async ({ tree, asked }) => {
      expect(asked).toEqual([0, 2, 3]);
      expect(await tree.names('')).toEqual(['a', 'deep', 'link', 'same']);
      for (const [path, text] of [...contents, ['same', 'three'] as const]) {
        const entry = await tree.entry(path);
        expect(entry && (await buffer(tree.open(entry))).toString()).toBe(text);
      }
      expect(await tree.entry('link')).toMatchObject({ type: 'symlink', linkTarget: 'a' });
      expect(await tree.entry('deep')).toMatchObject({ type: 'directory', mode: 0o755, mtime: 1_600_000_000 });
    });
  });

  test.each<[string, Sender, RegExp]>([
    ['a path that climbs', { told: [stat('../a')] }, /climbs out/],
    ['an absolute path', { told: [stat('/etc/passwd')] }, /is absolute/],
    ['something in what is no directory', { told: [stat('a'), stat('a/b')] }, /out of its order/],
    ['something through a link', { told: [stat('l', { mode: LINK, linkname: '/' }), stat('l/b')] }, /out of its order/],
    ['the same path twice', { told: [stat('a'), stat('a')] }, /out of its order/],
    ['a hard link to nothing', { told: [stat('a', { linkname: 'b' })] }, /hard link a to something that isn't there/],
    ['bytes that nobody asked for', { told: [], afterwards: [{ type: PACKET.data, id: 7 }] }, /nobody asked for/],
    ['an end too early', { told: [stat('a')], afterwards: [{ type: PACKET.end }] }, /before it has sent everything/],
    ['an unknown packet', { told: [], afterwards: [{ type: 9 }] }, /unknown kind/],
    [
      "the client's own failure",
      { told: [], afterwards: [{ type: PACKET.error, data: Buffer.from('permission denied') }] },
      /can't send its files: permission denied/,
    ],
    [
      'a file that has grown',
      { told: [stat('a', { size: 1 })], answer: (id) => [{ type: PACKET.data, id, data: Buffer.from('ab') }] },
      /a changed while/,
    ],
    [
      'a file that has shrunk',
      { told: [stat('a', { size: 3 })], answer: (id) => [{ type: PACKET.data, id }] },
      /a changed while/,
    ],
  ])('%s is refused', async (_, sender, words) => {
    await expect(failure(sender)).rejects.toThrow(words);
  });
});
