import type { OciCommand } from './command.ts';
import { createContainer, createOptions } from './create-container.ts';
import { destroyContainer } from './destroy-container.ts';
import { forwardSignals } from './forward-signals.ts';
import { startContainer } from './start-container.ts';

export const run: OciCommand = {
  usage: 'CONTAINER',
  options: { ...createOptions, detach: { kind: 'flag', short: 'd' }, keep: { kind: 'flag' } },
  async run(context, line) {
    const isDetached = line.flag('detach');
    await using undo = new AsyncDisposableStack();
    const { state, launched } = await createContainer(context, line, !isDetached);
    undo.defer(() => destroyContainer(context.states, state));
    using _ = forwardSignals(launched.pid);
    await startContainer(state);
    if (isDetached) {
      undo.move();
      return 0;
    }
    const code = await launched.ended;
    if (line.flag('keep')) undo.move();
    return code;
  },
};
