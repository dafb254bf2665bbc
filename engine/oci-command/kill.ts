import { constants } from 'node:os';

import { EngineError } from '#engine/contract/errors.ts';
import { thaw } from '#engine/runtime/freezer.ts';

import type { OciCommand } from './command.ts';
import { pidsOf } from './container-pids.ts';
import { signalProcess } from './process-identity.ts';

export const kill: OciCommand = {
  usage: 'CONTAINER [SIGNAL]',
  options: { all: { kind: 'flag', short: 'a' } },
  async run({ states }, line) {
    const [id = '', word = 'SIGTERM'] = line.words;
    const state = await states.find(id);
    const signal = signalNumber(word);
    const status = await state.status();
    if (line.flag('all')) {
      for (const pid of await pidsOf(state)) signalPid(pid, signal);
    } else {
      const init = await state.init();
      // Podman and containerd look for these words.
      const isTold = init !== undefined && status !== 'stopped' && signalProcess(init, signal);
      if (!isTold) throw new EngineError('conflict', `container not running: ${id} is ${status}`);
    }
    // Of v1, whoever stands still doesn't even die.
    if (status === 'paused' && signal === constants.signals.SIGKILL) await thaw(await state.cgroups());
    return 0;
  },
};

/** `9`, `KILL` or `SIGKILL`. */
function signalNumber(word: string): number {
  const names: Readonly<Record<string, number>> = constants.signals;
  const upper = word.toUpperCase();
  const number = /^\d+$/.test(word) ? Number(word) : names[upper.startsWith('SIG') ? upper : `SIG${upper}`];
  if (number !== undefined && number > 0 && number <= 64) return number;
  throw new EngineError('invalid-argument', `There is no signal ${word}; see signal(7) for those there are.`);
}

function signalPid(pid: number, signal: number): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
