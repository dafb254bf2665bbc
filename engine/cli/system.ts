import type { Command } from 'commander';

import { addDialStdio } from './dial-stdio.ts';
import { eventsCommand } from './docker/events.ts';
import { systemPruneCommand } from './docker/prune.ts';
import { systemDfCommand } from './docker/system-df.ts';
import { systemCheckCommand } from './system-check.ts';
import { addInfo } from './info.ts';

export function addSystem(program: Command): void {
  const system = program.command('system').description('this machine, and the way to its engine');
  addInfo(system);
  for (const command of [systemCheckCommand(), systemDfCommand(), systemPruneCommand(), eventsCommand()])
    system.addCommand(command);
  addDialStdio(system);
}
