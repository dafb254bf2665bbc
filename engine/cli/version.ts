import { readFile } from 'node:fs/promises';

import type { Command } from 'commander';
import { z } from 'zod';

import { socketPathOfHost } from '#engine/client/default-paths.ts';
import { DockerHttp } from '#engine/client/docker-http.ts';

import { fillTemplate } from './docker/template.ts';
import type { PlaceOptions } from './place-options.ts';
import { placeOf, withPlace } from './place-options.ts';

const packageDocument = z.object({ version: z.string() });

/** `SystemVersion` of the Docker Engine API. */
const serverVersion = z.looseObject({ Version: z.string() });
type ServerVersion = z.infer<typeof serverVersion>;

interface VersionOptions extends PlaceOptions {
  readonly format?: string;
}

export function addVersion(program: Command): void {
  withPlace(program.command('version'))
    .description("say this program's version, and the engine's if one runs")
    .option('-f, --format <format>', 'json, or a template like {{.Server.ApiVersion}}')
    .action(async ({ format, ...options }: VersionOptions) => {
      const { host } = placeOf(options);
      const client = { Version: await readVersion(), NodeVersion: process.versions.node };
      const server = await askVersion(host);
      const document = { Client: client, ...(server === undefined ? {} : { Server: server }) };
      if (format === 'json') process.stdout.write(`${JSON.stringify(document)}\n`);
      else if (format !== undefined) process.stdout.write(`${fillTemplate(format, document)}\n`);
      else {
        process.stdout.write(`estrato ${client.Version}, on Node ${client.NodeVersion}\n`);
        process.stdout.write(`engine  ${server?.Version ?? `none answers at ${host}`}\n`);
      }
    });
}

/** Undefined where nobody answers: none is started to be asked this. */
async function askVersion(host: string): Promise<ServerVersion | undefined> {
  try {
    return serverVersion.parse(await new DockerHttp(socketPathOfHost(host)).ask('GET', '/version'));
  } catch {
    return undefined;
  }
}

async function readVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return packageDocument.parse(JSON.parse(text)).version;
}
