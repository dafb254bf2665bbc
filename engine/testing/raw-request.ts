import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** Sends bytes as they are, and no more. @returns all that is answered until the engine closes the connection. */
export async function rawRequest(socketPath: string, ...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = connect(socketPath);
  // Refused while there is more to send: what was said before that is the answer.
  socket.on('error', () => undefined);
  for (const part of parts) socket.write(part);
  socket.end();
  return text(socket).catch(String);
}
