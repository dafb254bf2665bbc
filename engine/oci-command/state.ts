import type { OciCommand } from './command.ts';
import { describeState } from './describe-state.ts';

export const state: OciCommand = {
  usage: 'CONTAINER',
  options: {},
  async run({ states }, { words: [id = ''] }) {
    process.stdout.write(`${JSON.stringify(await describeState(await states.find(id)), undefined, 2)}\n`);
    return 0;
  },
};
