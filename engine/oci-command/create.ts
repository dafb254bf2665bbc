import type { OciCommand } from './command.ts';
import { createContainer, createOptions } from './create-container.ts';

export const create: OciCommand = {
  usage: 'CONTAINER',
  options: createOptions,
  async run(context, line) {
    await createContainer(context, line, false);
    return 0;
  },
};
