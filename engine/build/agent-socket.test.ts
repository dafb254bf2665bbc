import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { agentSocket } from './agent-socket.ts';
import { parseRunMount } from './run-mount.ts';

/** Of whoever runs this: only root gives files away. */
const owner = `uid=${process.getuid?.() ?? 0},gid=${process.getgid?.() ?? 0}`;
const mount = parseRunMount(`type=ssh,mode=0640,${owner}`, '/');

test('what is said to the socket is said to the agent, each connection by itself, and nothing is left', async () => {
  await using dir = await temporaryDirectory('agent');
  const agent = createServer({ allowHalfOpen: true }, (socket) => {
    void text(socket).then((asked) => (asked === '' ? socket.destroy() : socket.end(`answer to ${asked}`)));
  }).listen(join(dir.path, 'real'));
  await once(agent, 'listening');
  if (mount.type !== 'ssh') throw new Error('it is another mount');
  const undo = new AsyncDisposableStack();
  const real = { connect: () => connect({ path: join(dir.path, 'real'), allowHalfOpen: true }) };
  const path = await agentSocket(real, mount, { directory: join(dir.path, 'step-'), undo });
  expect((await stat(path)).mode & 0o777).toBe(0o640);
  const ask = async (question: string): Promise<string> => {
    const client = connect({ path, allowHalfOpen: true });
    client.end(question);
    return text(client);
  };
  expect(await Promise.all([ask('one'), ask('two')])).toEqual(['answer to one', 'answer to two']);
  const waiting = connect(path);
  await once(waiting, 'connect');
  const ended = once(waiting, 'close');
  await undo.disposeAsync();
  await ended;
  expect(existsSync(path)).toBe(false);
  agent.close();
});

test.each([
  ['type=ssh', { id: 'default', target: '/run/buildkit/ssh_agent.0', isRequired: false, mode: 0o600, uid: 0, gid: 0 }],
  ['type=ssh,id=work,target=/agent,required,uid=7', { id: 'work', target: '/agent', isRequired: true, uid: 7 }],
])('%s is a mount of an agent', (said, wanted) => {
  expect(parseRunMount(said, '/')).toMatchObject({ type: 'ssh', ...wanted });
});
