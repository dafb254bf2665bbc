import { Command } from 'commander';

import { toEngineError } from '#engine/contract/errors.ts';

import { verbs } from './verbs.ts';

const program = new Command('estrato')
  .description('Images as stacks of layers, containers with terminals.')
  .enablePositionalOptions()
  .showHelpAfterError('(estrato --help lists the commands)');

const said = process.argv[2];
const isKnown = verbs.some(([, group]) => group.some(({ name }) => name === said));

for (const [group, of] of verbs) {
  program.commandsGroup(`${group}:`);
  // Of all there is only what was asked for is loaded; help, and a word that nobody knows, take everything.
  for (const { name, load } of of) if (!isKnown || name === said) (await load())(program);
}

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
