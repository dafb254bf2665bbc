import { EngineError } from '#engine/contract/errors.ts';
import { freeze } from '#engine/runtime/freezer.ts';

import type { OciCommand } from './command.ts';

export const pause: OciCommand = {
  usage: 'CONTAINER',
  options: {},
  async run({ states }, { words: [id = ''] }) {
    const state = await states.find(id);
    const status = await state.status();
    if (status !== 'running' && status !== 'created') {
      throw new EngineError('conflict', `cannot pause container ${id}: it is ${status}, not running`);
    }
    await freeze(await state.cgroups());
    return 0;
  },
};
