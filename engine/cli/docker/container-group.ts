import type { Command } from 'commander';

import { attachCommand } from './attach.ts';
import { commitCommand, diffCommand, exportCommand, portCommand, topCommand } from './container-facts.ts';
import { cpCommand } from './cp.ts';
import { execCommand } from './exec.ts';
import { inspectCommand } from './inspect.ts';
import * as lifecycle from './lifecycle.ts';
import { logsCommand } from './logs.ts';
import { containerPruneCommand } from './prune.ts';
import { psCommand } from './ps.ts';
import { createCommand, runCommand } from './run.ts';
import { startCommand } from './start.ts';
import { statsCommand } from './stats.ts';
import { updateCommand } from './update.ts';

/** Every verb about containers once more, under the name that says so. */
export function addContainer(program: Command): void {
  const container = program
    .command('container')
    .description('everything about containers; most of it is there without this word too');
  const life = [
    startCommand(),
    lifecycle.stopCommand(),
    lifecycle.restartCommand(),
    lifecycle.killCommand(),
    lifecycle.pauseCommand(),
    lifecycle.unpauseCommand(),
    lifecycle.waitCommand(),
    lifecycle.renameCommand(),
    lifecycle.rmCommand().alias('remove'),
    containerPruneCommand(),
  ];
  const inside = [attachCommand(), execCommand(), cpCommand(), logsCommand(), statsCommand(), topCommand()];
  const facts = [psCommand('ls').aliases(['ps', 'list']), inspectCommand('container'), portCommand(), diffCommand()];
  const others = [exportCommand(), commitCommand(), updateCommand()];
  for (const command of [runCommand(), createCommand(), ...life, ...inside, ...facts, ...others])
    container.addCommand(command);
}
