import { z } from 'zod';

import { writeLogs } from '#engine/cli/docker/logs.ts';
import type { DockerHttp } from '#engine/client/docker-http.ts';

import { PrefixedLines } from './prefixed-lines.ts';
import type { ProjectContainer } from './project-containers.ts';

export interface LogsWish {
  readonly follow: boolean;
  readonly tail: string;
  readonly timestamps: boolean;
  readonly hasPrefix: boolean;
  readonly signal: AbortSignal;
}

const inspected = z.object({ Config: z.object({ Tty: z.boolean() }) });

/** What containers have written, each line with whose it is before it, until all of them have ended or the signal fires. */
export async function showLogs(
  docker: DockerHttp,
  containers: readonly ProjectContainer[],
  { follow, tail, timestamps, hasPrefix, signal }: LogsWish,
): Promise<void> {
  const width = Math.max(0, ...containers.map(({ service, number }) => `${service}-${number}`.length));
  await Promise.all(
    containers.map(async ({ Id, service, number }) => {
      const { Config } = inspected.parse(await docker.ask('GET', `/containers/${Id}/json`));
      const prefix = hasPrefix ? `${`${service}-${number}`.padEnd(width)}  | ` : '';
      const [stdout, stderr] = [new PrefixedLines(prefix, process.stdout), new PrefixedLines(prefix, process.stderr)];
      const query = { follow, tail, timestamps };
      const wish = { id: Id, isTerminal: Config.Tty, query, signal };
      await writeLogs(docker, wish, {
        stdout: (bytes) => stdout.add(bytes),
        stderr: (bytes) => stderr.add(bytes),
      }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
      stdout.end();
      stderr.end();
    }),
  );
}
