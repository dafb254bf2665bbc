import type { Command } from 'commander';

import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { withEngine } from './with-engine.ts';

interface LogsOptions extends PlaceOptions {
  readonly follow?: boolean;
  readonly tail: string;
  readonly format: string;
}

export function addLogs(program: Command): void {
  withPlace(program.command('logs'))
    .description('what a container has written')
    .argument('<container>', 'its name, its id or the beginning of it')
    .option('-f, --follow', 'go on with what it writes from now on')
    .option('-n, --tail <lines>', 'only the last lines', '1000000')
    .option('--format <format>', 'lines, or json: an object a line', 'lines')
    .action((id: string, { follow = false, tail, format, ...place }: LogsOptions) =>
      withEngine(place, async (engine, signal) => {
        for await (const entries of engine.stream('containers.logs', { id, follow, tail: Number(tail) }, signal)) {
          for (const entry of entries) {
            if (format === 'json') process.stdout.write(`${JSON.stringify(entry)}\n`);
            else process[entry.stream].write(`${entry.text}\n`);
          }
        }
      }),
    );
}
