import { setImmediate as untilAsked } from 'node:timers/promises';

import type { EngineClient } from '#engine/contract/client.ts';
import { Connection } from '#engine/contract/connection.ts';
import type { AnswerFrame } from '#engine/contract/frames.ts';
import { heldBack } from '#engine/contract/held-back.ts';
import { findMethod } from '#engine/contract/method-areas.ts';
import { typedClient } from '#engine/contract/typed-client.ts';

import { webSocketTransport } from '#engine/contract/web-socket-transport.ts';

import { openEngineSocket } from './engine-socket.ts';

/** Shapes take longer to make than a short question to answer: they are loaded once the first question is on its way. */
const frames: { parse: (text: string) => AnswerFrame } = {
  parse: () => {
    throw new Error('a frame was read before there was anything that reads frames');
  },
};

async function framesLoaded(): Promise<void> {
  await untilAsked();
  frames.parse = (await import('#engine/contract/frames.ts')).parseAnswerFrame;
}

/** An engine at a socket, for as long as the connection lasts. */
export interface ConnectedEngine extends Disposable {
  readonly client: EngineClient;
  /** Resolves, with the reason, when the connection is lost or closed. */
  readonly closed: Promise<string>;
}

/** @throws EngineError `unavailable` when nobody answers, `forbidden` when this user may not ask. */
export async function connectEngine(socketPath: string): Promise<ConnectedEngine> {
  const transport = webSocketTransport(await openEngineSocket(socketPath));
  const connection = new Connection(heldBack(transport, framesLoaded()), (text) => frames.parse(text));
  return {
    client: typedClient(connection, findMethod),
    closed: connection.closed,
    [Symbol.dispose]: () => connection.close(),
  };
}
