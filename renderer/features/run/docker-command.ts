import type { ContainerCreate } from '#engine/contract/container.ts';
import { memoryOption } from '#renderer/ui/memory-limit.ts';
import { joinShellWords } from '#renderer/ui/shell-words.ts';

import { optionFlags } from './option-flags.ts';

/** The `docker run` line that makes the same container, ready to be pasted into a shell. */
export function dockerRunLine(request: ContainerCreate): string {
  const [executable, ...entrypointRest] = request.entrypoint ?? [];
  return joinShellWords([
    'docker',
    'run',
    ...streamOptions(request),
    ...valueOptions(request),
    ...(executable === undefined ? [] : ['--entrypoint', executable]),
    // A line to learn from, even before there is an image.
    request.image === '' ? 'IMAGE' : request.image,
    // Docker's flag takes the program alone, so the rest of an entrypoint goes in front of the command.
    ...entrypointRest,
    ...(request.command ?? []),
  ]);
}

function streamOptions(request: ContainerCreate): readonly string[] {
  const letters = `${request.openStdin ? 'i' : ''}${request.tty ? 't' : ''}`;
  return [...(letters === '' ? ['-d'] : [`-${letters}`]), ...(request.autoRemove === true ? ['--rm'] : [])];
}

function valueOptions(request: ContainerCreate): readonly string[] {
  const one = (flag: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [flag, value];
  const each = (flag: string, values: readonly string[] | undefined): readonly string[] =>
    (values ?? []).flatMap((value) => [flag, value]);
  return [
    ...one('--name', request.name),
    ...one('--hostname', request.hostname),
    ...one('--user', request.user),
    ...one('--workdir', request.workingDir),
    ...(request.readOnlyRootfs === true ? ['--read-only'] : []),
    ...one('--network', request.network),
    ...one('--memory', request.memoryBytes === undefined ? undefined : memoryOption(request.memoryBytes)),
    ...optionFlags(request),
    ...each('-e', request.env),
    ...each('-v', request.binds),
    ...each(
      '--label',
      Object.entries(request.labels ?? {}).map(([name, value]) => `${name}=${value}`),
    ),
  ];
}
