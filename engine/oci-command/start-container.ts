import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { EngineError } from '#engine/contract/errors.ts';
import { launchFailure } from '#engine/runtime/launch-failure.ts';

import { callOuterHooks } from './call-outer-hooks.ts';
import type { ContainerState } from './container-state.ts';

/**
 * Lets a created container's program run (launcher/gate.h). Resolves once it does.
 * @throws EngineError `conflict` for a container in any other state, or what kept the program from running.
 */
export async function startContainer(state: ContainerState): Promise<void> {
  const status = await state.status();
  if (status !== 'created') throw new EngineError('conflict', `cannot start container ${state.id}: it is ${status}`);
  const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
  const answer = new Socket({ fd: openSync(state.answerPath, O_RDONLY | O_NONBLOCK), readable: true, writable: false });
  const gate = openSync(state.gatePath, O_WRONLY | O_NONBLOCK);
  writeSync(gate, 'S');
  closeSync(gate);
  const words = await buffer(answer);
  // Nothing is said by a program that runs: it has closed the gate.
  if (words.length > 0) throw launchFailure(words[1] ?? 0, words.toString('utf8', 2));
  await callOuterHooks('poststart', state, 'running');
}
