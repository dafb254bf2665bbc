import { EngineError } from '#engine/contract/errors.ts';
import { thaw } from '#engine/runtime/freezer.ts';

import type { OciCommand } from './command.ts';

export const resume: OciCommand = {
  usage: 'CONTAINER',
  options: {},
  async run({ states }, { words: [id = ''] }) {
    const state = await states.find(id);
    const status = await state.status();
    if (status !== 'paused')
      throw new EngineError('conflict', `cannot resume container ${id}: it is ${status}, not paused`);
    await thaw(await state.cgroups());
    return 0;
  },
};
