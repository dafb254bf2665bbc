import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeResources } from '#engine/oci/runtime-spec.ts';
import { updateLimits } from '#engine/runtime/cgroups.ts';

import type { CommandLine } from './command-line.ts';
import type { OciCommand } from './command.ts';
import { checkPart, readDocument } from './read-config.ts';

export const update: OciCommand = {
  usage: 'CONTAINER',
  options: {
    resources: { kind: 'word', short: 'r' },
    memory: { kind: 'word' },
    'memory-swap': { kind: 'word' },
    'memory-reservation': { kind: 'word' },
    'cpu-shares': { kind: 'word' },
    'cpu-share': { kind: 'word' },
    'cpu-quota': { kind: 'word' },
    'cpu-period': { kind: 'word' },
    'cpuset-cpus': { kind: 'word' },
    'cpuset-mems': { kind: 'word' },
    'blkio-weight': { kind: 'word' },
    'pids-limit': { kind: 'word' },
  },
  async run({ states }, line) {
    const [id = ''] = line.words;
    const state = await states.find(id);
    const status = await state.status();
    if (status === 'stopped') throw new EngineError('conflict', `cannot update container ${id}: it is stopped`);
    await updateLimits(await state.cgroups(), await readResources(line));
    return 0;
  },
};

/** From a file, `-` being stdin, or from the options. */
async function readResources(line: CommandLine): Promise<RuntimeResources> {
  const path = line.word('resources');
  const document = path === undefined ? fromOptions(line) : await readDocument(path === '-' ? '/dev/stdin' : path);
  checkPart(document, 'resources', path ?? 'The command line');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has just said so
  return document as RuntimeResources;
}

function fromOptions(line: CommandLine): unknown {
  return {
    memory: given({
      limit: line.number('memory'),
      swap: line.number('memory-swap'),
      reservation: line.number('memory-reservation'),
    }),
    cpu: given({
      shares: line.number('cpu-shares') ?? line.number('cpu-share'),
      quota: line.number('cpu-quota'),
      period: line.number('cpu-period'),
      cpus: line.word('cpuset-cpus'),
      mems: line.word('cpuset-mems'),
    }),
    blockIO: given({ weight: line.number('blkio-weight') }),
    ...given({ pids: line.word('pids-limit') === undefined ? undefined : { limit: line.number('pids-limit') } }),
  };
}

/** What isn't given stays as it is. */
function given(limits: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}
