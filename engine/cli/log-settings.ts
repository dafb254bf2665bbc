import type { Command } from 'commander';

import type { LogSettings } from '#engine/contract/log.ts';

import { formatBytes } from './format.ts';
import { print, withFormat, type FormatOptions } from './output-format.ts';
import { parseSize } from '#engine/run-options/parse-size.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

interface LogSettingsOptions extends PlaceOptions, FormatOptions {
  readonly maxSize?: string;
  readonly maxFile?: string;
}

export function addLogSettings(program: Command): void {
  withFormat(withPlace(program.command('log-settings')))
    .description('how much is kept of the log of a container that doesn’t say so itself, from its next start on')
    .option('--max-size <size>', 'of each file, for example 20m; 0 is without end')
    .option('--max-file <count>', 'how many files')
    .action(({ maxSize, maxFile, format, ...place }: LogSettingsOptions) => {
      const changes = {
        ...(maxSize === undefined ? {} : { maxBytes: parseSize(maxSize) }),
        ...(maxFile === undefined ? {} : { maxFiles: Number(maxFile) }),
      };
      return withEngine(place, async (engine) => {
        print({ format }, await engine.call('containers.logSettings', changes), settingsTable);
      });
    });
}

function settingsTable({ maxBytes, maxFiles }: LogSettings): string {
  const size = maxBytes === 0 ? 'without end' : formatBytes(maxBytes);
  return formatTable(['MAX-SIZE', 'MAX-FILE'], [[size, String(maxFiles)]]);
}
