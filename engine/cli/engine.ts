import type { Command } from 'commander';

import type { PlaceOptions } from './place-options.ts';
import { placeOf, withPlace } from './place-options.ts';

export function addEngine(program: Command): void {
  withPlace(program.command('engine'))
    .description('run the engine alone, in the foreground; SIGTERM ends it and leaves containers running')
    .action(async (options: PlaceOptions) => {
      // Loaded only here: every other command is a client, and starts without the engine's weight.
      // oxlint-disable-next-line no-restricted-imports -- this command is the engine, and nothing of the command line's
      const { runEngine } = await import('#engine/daemon/main.ts');
      await runEngine(placeOf(options));
      // All is closed by now; what it still watches are containers that go on without it.
      process.exit(0);
    });
}
