import type { OciCommand } from './command.ts';
import { startContainer } from './start-container.ts';

export const start: OciCommand = {
  usage: 'CONTAINER',
  options: {},
  async run({ states }, { words: [id = ''] }) {
    await startContainer(await states.find(id));
    return 0;
  },
};
