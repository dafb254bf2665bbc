import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { type Command, Option } from 'commander';

import { replaceFile } from '#engine/async/replace-file.ts';
import type { PlaceOptions } from './place-options.ts';
import { placeOf, withPlace } from './place-options.ts';

interface ContextOptions extends PlaceOptions {
  readonly shell: 'sh' | 'fish';
  readonly docker?: string | true;
  readonly format?: 'json';
}

export function addContext(program: Command): void {
  withPlace(program.command('context'))
    .description("print what to export so that other clients find this engine, or make a context of docker's")
    .addOption(new Option('--shell <shell>', 'whose words').choices(['sh', 'fish']).default(defaultShell()))
    .option(
      '--docker [name]',
      'a context for the docker command line instead: docker --context NAME (default: estrato)',
    )
    .addOption(new Option('--format <format>', 'as a document').choices(['json']))
    .addHelpText('after', '\nIn a shell: eval "$(estrato context)"; in fish: estrato context | source')
    .action(async ({ shell, docker, format, ...options }: ContextOptions) => {
      const { host, dataRoot } = placeOf(options);
      if (docker !== undefined) {
        const name = docker === true ? 'estrato' : docker;
        await makeDockerContext(name, host);
        process.stdout.write(`${name}\n`);
        process.stderr.write(`docker --context ${name} ps, or docker context use ${name}\n`);
        return;
      }
      const variables = { DOCKER_HOST: host, ESTRATO_HOST: host, ESTRATO_DATA_ROOT: dataRoot };
      process.stdout.write(
        format === 'json' ? `${JSON.stringify(variables, undefined, 2)}\n` : shellText(variables, shell),
      );
    });
}

function defaultShell(): 'sh' | 'fish' {
  return process.env['SHELL']?.endsWith('/fish') === true ? 'fish' : 'sh';
}

export function shellText(variables: Readonly<Record<string, string>>, shell: 'sh' | 'fish'): string {
  return Object.entries(variables)
    .map(([name, value]) =>
      shell === 'sh'
        ? `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`
        : `set -gx ${name} '${value.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'\n`,
    )
    .join('');
}

/**
 * A context as docker's command line keeps them: a document beneath the digest of its name. Whole under its name, or as
 * it was.
 */
async function makeDockerContext(name: string, host: string): Promise<void> {
  const config = process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
  const folder = join(config, 'contexts/meta', createHash('sha256').update(name).digest('hex'));
  const document = {
    Name: name,
    Metadata: { Description: 'Estrato' },
    Endpoints: { docker: { Host: host, SkipTLSVerify: false } },
  };
  await mkdir(folder, { recursive: true });
  await replaceFile(join(folder, 'meta.json'), JSON.stringify(document));
}
