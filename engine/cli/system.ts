import type { Command } from 'commander';

import { addDialStdio } from './dial-stdio.ts';

export function addSystem(program: Command): void {
  const system = program.command('system').description('this machine, and the way to its engine');
  addDialStdio(system);
}
