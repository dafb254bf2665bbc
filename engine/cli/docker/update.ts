import { Command, Option } from 'commander';

import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import type { CreateBody } from '#engine/run-options/create-body.ts';
import type { CreateOption } from '#engine/run-options/create-options.ts';
import { limitOptions } from '#engine/run-options/limit-options.ts';
import { parseRestart } from '#engine/run-options/parse-device.ts';

import { eachOf } from './each-of.ts';
import { withDocker } from './with-docker.ts';

/** Of a container that is there (Docker Engine API, `POST /containers/{id}/update`). */
const changeable = [
  '--memory',
  '--memory-reservation',
  '--memory-swap',
  '--cpus',
  '--cpu-shares',
  '--cpu-period',
  '--cpu-quota',
  '--cpu-rt-period',
  '--cpu-rt-runtime',
  '--cpuset-cpus',
  '--cpuset-mems',
  '--pids-limit',
  '--blkio-weight',
];

export function updateCommand(): Command {
  const command = withPlace(new Command('update'))
    .description('give containers other limits while they run')
    .argument('<container...>')
    .option('--restart <policy>', 'no, always, unless-stopped, on-failure[:N]');
  const body: CreateBody = { Image: '', HostConfig: {} };
  for (const described of limitOptions) addLimit(command, described, body);
  return command.action(
    (ids: readonly string[], { restart, ...options }: PlaceOptions & { readonly restart?: string }) =>
      withDocker(options, async (docker) => {
        const policy = restart === undefined ? {} : { RestartPolicy: parseRestart(restart) };
        await eachOf(ids, async (id) => {
          const asked = { body: { ...body.HostConfig, ...policy } };
          await docker.ask('POST', `/containers/${encodeURIComponent(id)}/update`, asked);
        });
      }),
  );
}

function addLimit(command: Command, { flags, help, into }: CreateOption, body: CreateBody): void {
  const option = new Option(flags, help);
  if (!changeable.includes(option.long ?? '')) return;
  command.addOption(option);
  command.on(`option:${option.name()}`, (value: string) => into(body, value, { env: {}, absolute: (path) => path }));
}
