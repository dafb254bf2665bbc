import type { Command } from 'commander';

export function addRuntime(program: Command): void {
  program
    .command('runtime')
    .description('the OCI runtime command line: create, start, state, kill, delete, exec …')
    .argument('[words...]')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (words: readonly string[]) => {
      const { runOciCommand } = await import('#engine/oci-command/main.ts');
      process.exitCode = await runOciCommand(words);
    });
}
