import { toEngineError } from '#engine/contract/errors.ts';

/**
 * Does one thing to each, and says its name; what can't be done to one is told, and the others have their turn. The
 * command ends with 1 then.
 */
export async function eachOf(names: readonly string[], act: (name: string) => Promise<string | void>): Promise<void> {
  for (const name of names) {
    try {
      process.stdout.write(`${(await act(name)) ?? name}\n`);
    } catch (error) {
      process.stderr.write(`estrato: ${toEngineError(error).message}\n`);
      process.exitCode = 1;
    }
  }
}
