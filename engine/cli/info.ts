import type { Command } from 'commander';

import type { Capability } from '#engine/contract/capability.ts';
import type { SystemInfo } from '#engine/contract/system.ts';

import { fillTemplate, isDocument } from './docker/template.ts';
import { withDocker } from './docker/with-docker.ts';
import { formatBytes } from './format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

interface InfoOptions extends PlaceOptions {
  readonly format?: string;
}

export function addInfo(program: Command): void {
  withPlace(program.command('info'))
    .description('say what the engine and its machine are, and what they cannot do')
    .option('-f, --format <format>', "json (as Docker's API has it), or a template like {{.DockerRootDir}}")
    .action(({ format, ...options }: InfoOptions) => (format === undefined ? tell(options) : show(format, options)));
}

function tell(options: PlaceOptions): Promise<void> {
  return withEngine(options, async (engine) => {
    process.stdout.write(infoText(await engine.call('system.info', {})));
  });
}

function show(format: string, options: PlaceOptions): Promise<void> {
  return withDocker(options, async (docker) => {
    const info = await docker.ask('GET', '/info');
    const text = format === 'json' || !isDocument(info) ? JSON.stringify(info) : fillTemplate(format, info);
    process.stdout.write(`${text}\n`);
  });
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
