import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface OddRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Paths with their queries. */
  readonly asked: string[];
}

/** A server on loopback that answers as a test wants it to, whatever registries do. */
export async function oddRegistry(answer: (url: URL, response: ServerResponse) => void): Promise<OddRegistry> {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    asked.push(request.url ?? '');
    answer(new URL(request.url ?? '/', 'http://registry'), response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { host, asked, [Symbol.asyncDispose]: close };
}
