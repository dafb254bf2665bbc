import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';

import { WebSocketServer } from 'ws';

/*
 * Stands in for an engine where only its life matters: listens where it is told, echoes frames, and writes its pid
 * beside its socket. `engine --data-root DIR --host unix://PATH`; a data root that ends in `-refused` is refused.
 */
const [, , , , dataRoot = '', , host = ''] = process.argv;
if (dataRoot.endsWith('-refused')) {
  process.stderr.write('estrato: The data root is in use by the engine with pid 1.\n');
  process.exit(1);
}
const socketPath = host.slice('unix://'.length);
const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket) => {
  socket.on('message', (data: Buffer, isBinary) => socket.send(data, { binary: isBinary }));
});
mkdirSync(dirname(socketPath), { recursive: true });
// What one that was killed has left.
rmSync(socketPath, { force: true });
server.listen(socketPath, () => writeFileSync(join(dataRoot, 'pid'), String(process.pid)));
process.on('SIGTERM', () => process.exit(0));
