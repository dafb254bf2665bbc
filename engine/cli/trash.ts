import { Command, Option } from 'commander';

import type { TrashEntry } from '#engine/contract/trash.ts';

import { formatAge, formatBytes } from './format.ts';
import { parseSize, parseSpan } from '#engine/run-options/parse-size.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

export function addTrash(program: Command): void {
  const trash = program.command('trash').description('what was removed and can come back');
  for (const command of [list(), logs(), restore(), remove(), empty(), settings()])
    trash.addCommand(withPlace(command));
}

function list(): Command {
  return new Command('ls').description('list it, what went last first').action((options: PlaceOptions) =>
    withEngine(options, async (engine) => {
      process.stdout.write(trashTable(await engine.call('trash.list', {}), Date.now()));
    }),
  );
}

function logs(): Command {
  return new Command('logs')
    .description('what a removed container had written')
    .argument('<entry>', 'its id, the beginning of it, or its name')
    .option('-n, --tail <lines>', 'only the last lines', '1000000')
    .action((id: string, options: PlaceOptions & { readonly tail: string }) =>
      withEngine(options, async (engine, signal) => {
        for await (const entries of engine.stream('trash.logs', { id, tail: Number(options.tail) }, signal)) {
          for (const { stream, text } of entries) process[stream].write(`${text}\n`);
        }
      }),
    );
}

function restore(): Command {
  return new Command('restore')
    .description('bring something back as it was')
    .argument('<entry>', 'its id, the beginning of it, or its name')
    .option('--name <name>', 'under another name than it had')
    .addOption(
      new Option(
        '--taken <how>',
        'tags of an image that lead to another by now: take them back, or leave them',
      ).choices(['take', 'leave']),
    )
    .action((id: string, options: PlaceOptions & { readonly name?: string; readonly taken?: 'take' | 'leave' }) =>
      withEngine(options, async (engine) => {
        const { name, taken } = options;
        const how = { ...(name === undefined ? {} : { name }), ...(taken === undefined ? {} : { taken }) };
        const back = await engine.call('trash.restore', { id, ...how });
        process.stderr.write(back.warnings.map((warning) => `${warning}\n`).join(''));
        process.stdout.write(`${back.name}\n`);
      }),
    );
}

function remove(): Command {
  return new Command('rm')
    .description('remove something for good')
    .argument('<entry...>', 'its id, the beginning of it, or its name')
    .action((ids: readonly string[], options: PlaceOptions) =>
      withEngine(options, async (engine) => {
        for (const id of ids) {
          const { freedBytes } = await engine.call('trash.remove', { id });
          process.stdout.write(`${id}: ${formatBytes(freedBytes)} freed\n`);
        }
      }),
    );
}

function empty(): Command {
  return new Command('empty').description('remove everything in it for good').action((options: PlaceOptions) =>
    withEngine(options, async (engine) => {
      const { removed, freedBytes } = await engine.call('trash.empty', {});
      process.stdout.write(`${removed} removed, ${formatBytes(freedBytes)} freed\n`);
    }),
  );
}

function settings(): Command {
  return new Command('settings')
    .description('how much of it is kept, and how long')
    .option('--max-size <size>', 'for example 5g; 0 keeps nothing')
    .option('--max-age <span>', 'for example 12h or 7d')
    .action((options: PlaceOptions & { readonly maxSize?: string; readonly maxAge?: string }) => {
      const { maxSize, maxAge } = options;
      const changes = {
        ...(maxSize === undefined ? {} : { maxBytes: parseSize(maxSize) }),
        ...(maxAge === undefined ? {} : { maxAgeSeconds: parseSpan(maxAge) }),
      };
      return withEngine(options, async (engine) => {
        const { maxBytes, maxAgeSeconds } = await engine.call('trash.settings', changes);
        const hours = Math.round(maxAgeSeconds / 360) / 10;
        process.stdout.write(`at most ${formatBytes(maxBytes)}, for at most ${hours} hours\n`);
      });
    });
}

/** @param now unix milliseconds. */
function trashTable(entries: readonly TrashEntry[], now: number): string {
  const rows = entries.map(({ id, kind, name, removedAt, cause, bytes, container, image, volumes }) => [
    id.slice(0, 12),
    kind,
    name,
    container?.image ?? image?.id.slice('sha256:'.length, 'sha256:'.length + 12) ?? '',
    formatAge(removedAt / 1000, now / 1000),
    cause,
    bytes === undefined ? '…' : formatBytes(bytes),
    volumes.length === 0 ? '' : `with ${volumes.length} ${volumes.length === 1 ? 'volume' : 'volumes'}`,
  ]);
  return formatTable(['ID', 'KIND', 'NAME', 'IMAGE', 'REMOVED', 'WHY', 'SIZE', ''], rows);
}
