import { readFile } from 'node:fs/promises';

import type { Command } from 'commander';
import { z } from 'zod';

import { connectEngine } from '#engine/client/connect-engine.ts';
import { socketPathOfHost } from '#engine/client/default-paths.ts';

import type { PlaceOptions } from './place-options.ts';
import { placeOf, withPlace } from './place-options.ts';

const packageDocument = z.object({ version: z.string() });

export function addVersion(program: Command): void {
  withPlace(program.command('version'))
    .description("say this program's version, and the engine's if one runs")
    .action(async (options: PlaceOptions) => {
      process.stdout.write(`estrato ${await readVersion()}, on Node ${process.versions.node}\n`);
      process.stdout.write(`engine  ${await engineVersion(options)}\n`);
    });
}

async function engineVersion(options: PlaceOptions): Promise<string> {
  const { host } = placeOf(options);
  try {
    using connected = await connectEngine(socketPathOfHost(host));
    const { engineVersion: version } = await connected.client.call('system.info', {});
    return version;
  } catch {
    return `none answers at ${host}`;
  }
}

async function readVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return packageDocument.parse(JSON.parse(text)).version;
}
