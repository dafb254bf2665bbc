import { Command } from 'commander';

import { toEngineError } from '#engine/contract/errors.ts';

import { addVerbs } from './verbs.ts';

const program = new Command('estrato')
  .description('Images as stacks of layers, containers with terminals.')
  .enablePositionalOptions()
  .showHelpAfterError('(estrato --help lists the commands)');

await addVerbs(program, process.argv[2]);

// Whoever reads no further has what they wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`estrato: ${toEngineError(error).message}\n`);
  process.exitCode = 1;
}
