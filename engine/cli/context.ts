import { type Command, Option } from 'commander';

import { DockerContextFile } from '#engine/docker-context/docker-context.ts';

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
        const context = new DockerContextFile(docker === true ? undefined : docker);
        await context.make(host);
        const { name } = context;
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
