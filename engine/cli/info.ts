import type { Command } from 'commander';

import type { Capability } from '#engine/contract/capability.ts';
import type { SystemInfo } from '#engine/contract/system.ts';

import { formatBytes } from './format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

export function addInfo(program: Command): void {
  withPlace(program.command('info'))
    .description('say what the engine and its machine are, and what they cannot do')
    .action((options: PlaceOptions) =>
      withEngine(options, async (engine) => {
        process.stdout.write(infoText(await engine.call('system.info', {})));
      }),
    );
}

export function infoText(info: SystemInfo): string {
  const starters = info.starters.map(({ kind, available, reason }) =>
    available ? kind : `${kind} (not here: ${reason ?? 'unavailable'})`,
  );
  const facts = formatTable(
    ['Engine', `${info.engineVersion}, pid ${info.pid}${info.isRootless ? ', without root' : ''}`],
    [
      ['Data root', info.dataRoot],
      ['Disk', `${formatBytes(info.disk.free)} free of ${formatBytes(info.disk.total)}`],
      ['Storage', info.storageDriver],
      ['System', `${info.operatingSystem}, Linux ${info.kernelVersion}, ${info.architecture}`],
      ['Machine', `${info.cpus} processors, ${formatBytes(info.memoryBytes)} of memory, cgroups ${info.cgroupMode}`],
      ['First images', starters.join(', ')],
    ],
  );
  return facts + info.capabilities.map(shortcoming).join('');
}

/** What isn't as it might be, and the line that changes it. */
function shortcoming({ id, state, detail, fix }: Capability): string {
  if (state === 'available') return '';
  const line = `\n${state === 'missing' ? '!' : '-'} ${id.replaceAll('-', ' ')}: ${detail}\n`;
  return fix === undefined ? line : `${line}  ${fix}\n`;
}
