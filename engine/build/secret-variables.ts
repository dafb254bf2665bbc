import type { ReadyMount } from './step-mounts.ts';

/**
 * The command with secrets in its environment (`RUN --mount=type=secret,env=NAME`). The image's own shell reads them from
 * where they are mounted: an environment given to the container would be written into its record.
 */
export function withVariables(words: readonly string[], ready: readonly ReadyMount[]): readonly string[] {
  const lines = ready.flatMap(({ mount, secret }) => {
    if (mount.type !== 'secret' || mount.variable === undefined || secret === undefined) return [];
    const { variable, target } = mount;
    // $() takes line ends off the end, so that there has to be something else.
    return [`${variable}=$(cat ${quoted(target)}; printf .)`, `export ${variable}="\${${variable}%.}"`];
  });
  return lines.length === 0 ? words : ['/bin/sh', '-c', [...lines, 'exec "$@"'].join('\n'), 'sh', ...words];
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
