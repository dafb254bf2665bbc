import { Command } from 'commander';

import type { DockerHttp } from '#engine/client/docker-http.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { attachTo } from './attach.ts';
import { eachOf } from './each-of.ts';
import { withDocker } from './with-docker.ts';

interface StartOptions extends PlaceOptions {
  readonly attach?: true;
  readonly interactive?: true;
  readonly detachKeys?: string;
}

export function startCommand(): Command {
  return withPlace(new Command('start'))
    .description('start containers that were made or have ended')
    .argument('<container...>', 'names, ids, or beginnings of ids')
    .option('-a, --attach', 'join its output, and pass signals on to it')
    .option('-i, --interactive', 'send it what is typed')
    .option('--detach-keys <keys>', 'what leaves it running (default: ctrl-p,ctrl-q)')
    .action((ids: readonly string[], options: StartOptions) =>
      withDocker(options, async (docker) => {
        const isJoined = options.attach === true || options.interactive === true;
        if (!isJoined) return eachOf(ids, (id) => start(docker, id));
        const [id = '', ...others] = ids;
        if (others.length > 0) {
          throw new EngineError('invalid-argument', 'you cannot start and attach multiple containers at once');
        }
        const { detachKeys } = options;
        await attachTo(docker, id, {
          stdin: options.interactive === true,
          isStarted: false,
          ...(detachKeys === undefined ? {} : { detachKeys }),
        });
      }),
    );
}

async function start(docker: DockerHttp, id: string): Promise<void> {
  await docker.ask('POST', `/containers/${encodeURIComponent(id)}/start`);
}
