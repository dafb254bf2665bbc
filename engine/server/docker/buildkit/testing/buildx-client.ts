import { randomUUID } from 'node:crypto';
import { performServerHandshake, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';

import {
  BuildHistoryEvent,
  ControlSolveRequest,
  ControlSolveResponse,
  Empty,
  GatewaySolveRequest,
  GatewaySolveResponse,
  HistoryRequest,
  ReturnRequest,
  StatusRequest,
} from '#engine/server/docker/buildkit/control-messages.ts';
import type { Exporter } from '#engine/server/docker/buildkit/exporters.ts';
import { GrpcClient } from '#engine/server/docker/buildkit/grpc-client.ts';
import { framed, messagesIn } from '#engine/server/docker/buildkit/grpc-frames.ts';
import {
  BytesMessage,
  PACKET,
  Packet,
  StatusResponse,
  type BuildStatus,
} from '#engine/server/docker/buildkit/messages.ts';

import { FileReceiver } from './file-receiver.ts';

const CONTROL = '/moby.buildkit.v1.Control';
const BRIDGE = '/moby.buildkit.v1.frontend.LLBBridge';
const lent = [
  '/moby.filesync.v1.FileSync/DiffCopy',
  '/moby.upload.v1.Upload/Pull',
  '/moby.filesync.v1.FileSend/DiffCopy',
];

/** What the client lends: folders by their names, each with its files; tars by their ids. */
export interface Lent {
  readonly folders?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly tars?: Readonly<Record<string, Uint8Array>>;
}

export interface BuildAsked extends Lent {
  readonly options: Readonly<Record<string, string>>;
  readonly names: string;
  /** Whether the engine is the frontend, as for clients that are no more than a client. */
  readonly isPlain?: boolean;
  /** What is wanted instead of an image of the engine's. */
  readonly exporters?: readonly Exporter[];
  readonly cache?: ReturnType<typeof ControlSolveRequest.decode>['Cache'];
}

export interface BuildTold {
  readonly response: Readonly<Record<string, string>>;
  readonly statuses: readonly BuildStatus[];
  /** What the frontend says where it was only asked something. */
  readonly metadata: Readonly<Record<string, Uint8Array>>;
  /** What came of the exporters, by their places. */
  readonly received: FileReceiver['received'];
}

/**
 * What `docker buildx build` says to an engine whose driver is `docker` (github.com/docker/buildx, `build`;
 * github.com/moby/buildkit, `client`): a session that lends its files, and over another connection a build whose frontend is the client
 * itself. Written from those sources: the plugin itself isn't to be had from Debian's packages.
 */
export class BuildxClient implements Disposable {
  readonly #socketPath: string;
  readonly grpc: GrpcClient;

  private constructor(socketPath: string, grpc: GrpcClient) {
    this.#socketPath = socketPath;
    this.grpc = grpc;
  }

  static async open(socketPath: string): Promise<BuildxClient> {
    return new BuildxClient(socketPath, new GrpcClient(await upgraded(socketPath, '/grpc', {})));
  }

  /** @throws EngineError with the status that the engine ends a call with. */
  async build({ options, names, isPlain = false, cache, ...files }: BuildAsked): Promise<BuildTold> {
    const { exporters = [{ Type: 'moby', Attrs: names === '' ? {} : { name: names } }] } = files;
    const receiver = new FileReceiver(exporters.flatMap(({ Type }, at) => (Type === 'local' ? [at] : [])));
    const session = await lend(this.#socketPath, files, receiver);
    const ref = randomUUID();
    const statuses: BuildStatus[] = [];
    const status = this.#follow(ref, statuses);
    const wanted = {
      ...nothing,
      Ref: ref,
      Session: session.id,
      ...(isPlain ? { Frontend: 'dockerfile.v0', FrontendAttrs: { ...options } } : {}),
      Exporters: exporters.map(({ Type, Attrs }) => ({ Type, Attrs: { ...Attrs } })),
      ...(cache === undefined ? {} : { Cache: cache }),
    };
    const solving = this.grpc.ask(`${CONTROL}/Solve`, ControlSolveRequest.encode(wanted));
    solving.catch(() => undefined);
    try {
      const metadata = isPlain ? {} : await this.#asFrontend(ref, options);
      const response = ControlSolveResponse.decode(await solving).ExporterResponse;
      return { response, statuses, metadata, received: receiver.received };
    } finally {
      await solving.catch(() => undefined);
      await status;
      session.socket.destroy();
    }
  }

  /** A frontend's own calls: it is there, it has another solve, it returns what came of it. */
  async #asFrontend(ref: string, options: Readonly<Record<string, string>>): Promise<BuildTold['metadata']> {
    await this.#bridge(ref, 'Ping', Empty.encode({}));
    const asked = GatewaySolveRequest.encode({ Frontend: 'dockerfile.v0', FrontendOpt: { ...options } });
    let metadata: BuildTold['metadata'];
    try {
      metadata = GatewaySolveResponse.decode(await this.#bridge(ref, 'Solve', asked)).result.metadata ?? {};
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await this.#bridge(ref, 'Return', ReturnRequest.encode({ error: { code: 2, message } }));
      throw error;
    }
    await this.#bridge(ref, 'Return', ReturnRequest.encode({}));
    return metadata;
  }

  /** The builds that there are. */
  async history(): Promise<readonly ReturnType<typeof BuildHistoryEvent.decode>['record'][]> {
    await using call = this.grpc.call(`${CONTROL}/ListenBuildHistory`);
    await call.write(HistoryRequest.encode({ ActiveOnly: false, Ref: '', EarlyExit: true, Limit: 0 }));
    call.endWriting();
    const records = [];
    for await (const message of call) records.push(BuildHistoryEvent.decode(message).record);
    return records;
  }

  /** What a build has told, or tells. */
  async statusOf(ref: string): Promise<readonly BuildStatus[]> {
    const statuses: BuildStatus[] = [];
    await this.#follow(ref, statuses);
    return statuses;
  }

  async #bridge(ref: string, method: string, message: Uint8Array): Promise<Uint8Array> {
    await using call = this.grpc.call(`${BRIDGE}/${method}`, { 'buildkit-controlapi-buildid': ref });
    await call.write(message);
    call.endWriting();
    for await (const answer of call) return answer;
    throw new Error(`${method} had no answer`);
  }

  async #follow(ref: string, statuses: BuildStatus[]): Promise<void> {
    await using call = this.grpc.call(`${CONTROL}/Status`);
    await call.write(StatusRequest.encode({ Ref: ref }));
    call.endWriting();
    for await (const message of call) statuses.push(StatusResponse.decode(message));
  }

  [Symbol.dispose](): void {
    this.grpc[Symbol.dispose]();
  }
}

/** A solve that asks for nothing. */
export const nothing = {
  Ref: '',
  ExporterDeprecated: '',
  ExporterAttrsDeprecated: {},
  Session: '',
  Frontend: '',
  FrontendAttrs: {},
  Exporters: [],
};

/** A connection on which HTTP/2 begins. */
export async function upgraded(
  socketPath: string,
  path: string,
  headers: Readonly<Record<string, string | readonly string[]>>,
): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const asked = request({
    socketPath,
    path,
    method: 'POST',
    headers: { ...headers, Connection: 'Upgrade', Upgrade: 'h2c' },
  });
  asked.once('upgrade', (_, socket, head) => {
    if (head.length > 0) socket.unshift(head);
    resolve(socket);
  });
  asked.once('response', ({ statusCode }) => reject(new Error(`the engine answers ${statusCode}`)));
  asked.once('error', reject);
  asked.end();
  return promise;
}

async function lend(
  socketPath: string,
  files: Lent,
  receiver: FileReceiver,
): Promise<{ readonly id: string; readonly socket: Duplex }> {
  const id = randomUUID();
  const socket = await upgraded(socketPath, '/session', {
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Grpc-Method': lent,
  });
  const session = performServerHandshake(socket);
  session.on('error', () => undefined);
  session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    if (headers[':path'] === lent[2]) void receiver.take(stream, headers).catch(() => stream.close());
    else if (headers[':path'] === lent[1]) sendTar(stream, files.tars?.[String(headers['urlpath']).slice(1)]);
    else void sendFolder(stream, chosen(files, headers)).catch(() => stream.close());
  });
  return { id, socket };
}

function chosen({ folders = {} }: Lent, headers: IncomingHttpHeaders): readonly (readonly [string, string])[] {
  const wanted = headers['include-patterns'];
  const names = wanted === undefined ? undefined : [wanted].flat().flatMap((name) => name.split(', '));
  const files = Object.entries(folders[String(headers['dir-name'])] ?? {});
  return files.filter(([name]) => names === undefined || names.includes(name)).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function sendTar(stream: ServerHttp2Stream, tar: Uint8Array = new Uint8Array()): void {
  for (let at = 0; at < tar.length; at += 65_536)
    stream.write(framed(BytesMessage.encode({ data: new Uint8Array(tar.subarray(at, at + 65_536)) })));
  stream.end();
}

/** Files without directories, by fsutil's protocol. */
async function sendFolder(stream: ServerHttp2Stream, files: readonly (readonly [string, string])[]): Promise<void> {
  const write = (packet: Parameters<typeof Packet.encode>[0]): void => void stream.write(framed(Packet.encode(packet)));
  for (const [path, text] of files) {
    const stat = { path, mode: 0o644, size: Buffer.byteLength(text), modTime: 1_600_000_000_000_000_000, linkname: '' };
    write({ type: PACKET.stat, stat });
  }
  write({ type: PACKET.stat });
  for await (const message of messagesIn(stream)) {
    const { type, id = 0 } = Packet.decode(message);
    if (type === PACKET.request) {
      write({ type: PACKET.data, id, data: new Uint8Array(Buffer.from(files[id]?.[1] ?? '')) });
      write({ type: PACKET.data, id });
    }
    if (type !== PACKET.end) continue;
    write({ type: PACKET.end });
    stream.end();
  }
}
