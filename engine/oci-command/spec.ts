import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';
import { defaultSpec } from '#engine/runtime/default-spec.ts';

import type { OciCommand } from './command.ts';

export const spec: OciCommand = {
  usage: '',
  options: { bundle: { kind: 'word', short: 'b' }, config: { kind: 'word', short: 'f' }, rootless: { kind: 'flag' } },
  async run(_, line) {
    const path = resolve(line.word('bundle') ?? '.', line.word('config') ?? 'config.json');
    const config = defaultSpec({
      args: ['sh'],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'TERM=xterm'],
      cwd: '/',
      user: { uid: 0, gid: 0 },
      terminal: true,
      hostname: 'estrato',
      cgroupsPath: '',
      readonlyRootfs: true,
      network: 'none',
    });
    // Of the container's own name, which isn't known yet.
    const { cgroupsPath: _path, ...linux } = config.linux;
    const text = `${JSON.stringify({ ...config, linux }, undefined, 2)}\n`;
    await writeFile(path, text, { flag: 'wx' }).catch((cause: unknown) => {
      throw new EngineError('conflict', `${join(path)} can't be written: remove the one that is there first.`, {
        cause,
      });
    });
    return 0;
  },
};
