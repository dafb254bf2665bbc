import { execFile } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { eachPeer, type Bench, type Measure } from '#engine/bench/measure.ts';
import { peakOf, residentMiB } from '#engine/bench/process-memory.ts';

const run = promisify(execFile);

const CONTEXT_BYTES = 2 * 1024 ** 3;

/** Of one large file, which `Dockerfile` doesn't ask for and `Dockerfile.all` does. @returns its path. */
async function largeContext(bench: Bench): Promise<string> {
  const folder = join(bench.directory, 'large-context');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
  await writeFile(join(folder, 'Dockerfile.all'), 'FROM scratch\nCOPY large /\n');
  await writeFile(join(folder, 'large'), '');
  await truncate(join(folder, 'large'), CONTEXT_BYTES);
  return folder;
}

interface Sending {
  readonly name: string;
  readonly title: string;
  /** What brings the folder `$1` to the engine at `$DOCKER_HOST`. */
  readonly script: string;
}

function memoryWhile({ name, title, script }: Sending): Measure {
  return {
    name,
    title,
    unit: 'MiB',
    target: { atMost: 150 },
    rounds: 1,
    warmsUp: false,
    contestants: async (bench) => {
      const folder = await largeContext(bench);
      const peers = bench.peers.filter(({ name: peer }) => peer === 'estrato' || peer === 'docker');
      return eachPeer({ ...bench, peers }, async ({ pid, host }) => {
        const idle = await residentMiB(pid);
        const env = { ...process.env, DOCKER_HOST: host };
        return (await peakOf(pid, () => run('sh', ['-c', script, 'sh', folder], { env }))) - idle;
      });
    },
  };
}

/** As the classic client sends it. */
export const contextTarMemory = memoryWhile({
  name: 'context-tar-memory',
  title: 'memory above idle while a context of 2 GB comes as a tar',
  script: 'tar -C "$1" -c . | DOCKER_BUILDKIT=0 /usr/bin/docker build --no-cache -q -',
});

/** As BuildKit's clients lend it. */
export const contextSessionMemory = memoryWhile({
  name: 'context-session-memory',
  title: 'memory above idle while it is lent by a session, and copied',
  script: 'DOCKER_BUILDKIT=1 /usr/bin/docker build --no-cache -q -f "$1/Dockerfile.all" "$1"',
});
