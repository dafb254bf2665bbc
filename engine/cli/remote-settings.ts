import type { Command } from 'commander';

import { EngineError } from '#engine/contract/errors.ts';
import type { RegistrySettings } from '#engine/contract/registry.ts';

import { print, withFormat, type FormatOptions } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { readTextFile } from './read-text-file.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

interface SettingsOptions extends PlaceOptions, FormatOptions {
  readonly mirror?: readonly string[];
  readonly insecure?: boolean;
  readonly ca?: string;
  readonly proxy?: string;
  readonly reset?: boolean;
}

const usual: RegistrySettings = { mirrors: [], insecure: false, authorities: '', proxy: '' };

export function addRemoteSettings(remote: Command): void {
  withFormat(withPlace(remote.command('settings')))
    .description('how a registry is reached; without one, what was said of all of them')
    .argument('[registry]', 'for example docker.io or registry.example:5000')
    .option('--mirror <host...>', 'read from these first, in this order; what they lack comes from the registry itself')
    .option('--insecure', 'take any certificate, and plain HTTP where there is no HTTPS')
    .option('--no-insecure', 'do so no more')
    .option('--ca <file>', 'who vouches for it besides whom this machine trusts, as PEM')
    .option('--proxy <address>', 'whom to go through, or none; the environment says unless told')
    .option('--reset', 'as if nothing had been said')
    .action((registry: string | undefined, options: SettingsOptions) => settings(registry, options));
}

async function settings(registry: string | undefined, options: SettingsOptions): Promise<void> {
  const said = await saidIn(options);
  if (registry === undefined && Object.keys(said).length > 0) {
    throw new EngineError('invalid-argument', 'Of which registry that is true is missing; name it.');
  }
  await withEngine(options, async (engine) => {
    if (registry !== undefined) await engine.call('registries.configure', { registry, ...said });
    const all = await engine.call('registries.settings', {});
    const wanted = registry === undefined ? all : all.filter((one) => one.registry === registry);
    print(options, wanted, (list) =>
      formatTable(
        ['REGISTRY', 'MIRRORS', 'INSECURE', 'AUTHORITY', 'PROXY'],
        list.map(({ registry: host, mirrors, insecure, authorities, proxy }) => [
          host,
          mirrors.join(',') || '-',
          insecure ? 'yes' : 'no',
          authorities === '' ? '-' : 'its own',
          proxy || '-',
        ]),
      ),
    );
  });
}

async function saidIn({ mirror, insecure, ca, proxy, reset }: SettingsOptions): Promise<Partial<RegistrySettings>> {
  return {
    ...(reset === true ? usual : {}),
    ...(mirror === undefined ? {} : { mirrors: [...mirror] }),
    ...(insecure === undefined ? {} : { insecure }),
    ...(ca === undefined ? {} : { authorities: await readTextFile(ca) }),
    ...(proxy === undefined ? {} : { proxy }),
  };
}
