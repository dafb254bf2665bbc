import { Command } from 'commander';

import type { SavePoint, TreeComparison } from '#engine/contract/save-point.ts';

import { inspectCommand } from './docker/inspect.ts';
import { volumeCreateCommand, volumeLsCommand, volumePruneCommand, volumeRmCommand } from './docker/volume-verbs.ts';
import { formatAge, formatBytes } from './format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { formatTable } from './table.ts';
import { exportCommand, importCommand } from './volume-transfers.ts';
import { withEngine } from './with-engine.ts';

export function addVolume(program: Command): void {
  const volume = program.command('volume').description('data that outlives containers');
  const points = [save(), list(), compare(), restore(), forget()];
  const common = [volumeLsCommand(), volumeCreateCommand(), volumeRmCommand(), volumePruneCommand()];
  for (const command of [...common, inspectCommand('volume')]) volume.addCommand(command);
  for (const command of [clone(), exportCommand(), importCommand(), ...points]) volume.addCommand(withPlace(command));
}

function clone(): Command {
  return new Command('clone')
    .description('make another that holds the same; containers that use it stand still meanwhile')
    .argument('<volume>')
    .argument('<new-name>')
    .option('--point <point>', 'what this save point holds, instead of what it holds now')
    .action((name: string, to: string, options: PlaceOptions & { readonly point?: string }) =>
      withEngine(options, async (engine) => {
        const { point } = options;
        const made = await engine.call('volumes.clone', { name, to, ...(point === undefined ? {} : { point }) });
        process.stdout.write(`${made.name}\n`);
      }),
    );
}

function save(): Command {
  return new Command('save')
    .description('keep what it holds now as a save point; containers that use it stand still meanwhile')
    .argument('<volume>')
    .argument('[point]', 'what to call it (default: date and time)')
    .option('--note <note>', 'a few words about it')
    .action((name: string, point: string | undefined, options: PlaceOptions & { readonly note?: string }) =>
      withEngine(options, async (engine) => {
        const { note } = options;
        const about = { ...(point === undefined ? {} : { point }), ...(note === undefined ? {} : { note }) };
        const made = await engine.call('volumes.save', { name, ...about });
        process.stdout.write(`${made.id} ${made.name}\n`);
      }),
    );
}

function list(): Command {
  return new Command('points')
    .description('list its save points')
    .argument('<volume>')
    .action((name: string, options: PlaceOptions) =>
      withEngine(options, async (engine) => {
        process.stdout.write(pointsTable(await engine.call('volumes.points', { name }), Date.now() / 1000));
      }),
    );
}

function compare(): Command {
  return new Command('compare')
    .description('what has changed since a save point')
    .argument('<volume>')
    .argument('<point>', 'its id, the beginning of it, or its name')
    .argument('[other]', 'until this one, instead of until now')
    .action((name: string, from: string, to: string | undefined, options: PlaceOptions) =>
      withEngine(options, async (engine) => {
        const sides = { from, ...(to === undefined ? {} : { to }) };
        process.stdout.write(comparisonText(await engine.call('volumes.compare', { name, ...sides })));
      }),
    );
}

function restore(): Command {
  return new Command('restore')
    .description('have it hold again what it held; what it holds now becomes a save point')
    .argument('<volume>')
    .argument('<point>', 'its id, the beginning of it, or its name')
    .action((name: string, point: string, options: PlaceOptions) =>
      withEngine(options, async (engine) => {
        const before = await engine.call('volumes.restore', { name, point });
        process.stdout.write(`${before.id} ${before.name}\n`);
      }),
    );
}

function forget(): Command {
  return new Command('forget')
    .description('remove a save point for good')
    .argument('<volume>')
    .argument('<point>', 'its id, the beginning of it, or its name')
    .action((name: string, point: string, options: PlaceOptions) =>
      withEngine(options, async (engine) => {
        await engine.call('volumes.forget', { name, point });
        process.stdout.write(`${point}\n`);
      }),
    );
}

/** @param now unix seconds. */
function pointsTable(points: readonly SavePoint[], now: number): string {
  const rows = points.map(({ id, name, createdAt, bytes, note }) => [
    id,
    name,
    formatAge(createdAt / 1000, now),
    bytes === undefined ? '…' : formatBytes(bytes),
    note,
  ]);
  return formatTable(['ID', 'NAME', 'MADE', 'SIZE', 'NOTE'], rows);
}

/** Letters as `docker diff` has them, and `t` for what only has another owner, mode or time. */
const LETTERS = { added: 'A', changed: 'C', touched: 't', removed: 'D' } as const;

function comparisonText({ changes, isWhole, added, changed, touched, removed, bytes }: TreeComparison): string {
  const lines = changes.map(({ kind, path, isDirectory }) => `${LETTERS[kind]} ${path}${isDirectory ? '/' : ''}\n`);
  const more = isWhole ? '' : '…\n';
  const sum = `${bytes < 0 ? '-' : '+'}${formatBytes(Math.abs(bytes))}`;
  const counts = `${added} added, ${changed} changed, ${touched} touched, ${removed} removed`;
  return `${lines.join('')}${more}${counts}, ${sum}\n`;
}
