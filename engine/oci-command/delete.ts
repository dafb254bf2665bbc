import { EngineError } from '#engine/contract/errors.ts';

import type { OciCommand } from './command.ts';
import { destroyContainer } from './destroy-container.ts';

export const deleteCommand: OciCommand = {
  usage: 'CONTAINER',
  options: { force: { kind: 'flag', short: 'f' } },
  async run({ states }, line) {
    const [id = ''] = line.words;
    const isForced = line.flag('force');
    const state = await states.find(id).catch((error: unknown) => {
      if (isForced && error instanceof EngineError && error.code === 'not-found') return undefined;
      throw error;
    });
    if (state === undefined) return 0;
    if (!isForced) {
      const status = await state.status();
      if (status !== 'stopped') {
        throw new EngineError('conflict', `cannot delete container ${id} that is not stopped: ${status}`);
      }
    }
    await destroyContainer(states, state);
    return 0;
  },
};
