import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { milliseconds, type Bench, type Contestant, type Measure } from '#engine/bench/measure.ts';

const run = promisify(execFile);

const command = fileURLToPath(new URL('../../cli/estrato.mjs', import.meta.url));

/** Debian's client has BuildKit's own way of talking built in; newer ones want a plugin for it. */
const DOCKER = '/usr/bin/docker';

const FILES = 5000;
const FILE_BYTES = 3 * 1024;

const TWO_STAGES = (image: string): string => `FROM ${image} AS build
ENV A=1
WORKDIR /src
COPY . .
RUN mkdir /out && find /src -type f | wc -l > /out/count
RUN echo one > /out/one
RUN echo two > /out/two
FROM ${image}
LABEL made=bench
ENV B=2
WORKDIR /app
COPY --from=build /out /app
RUN ls /app > /app/list
EXPOSE 80
CMD ["true"]
`;

const SIDE_BY_SIDE = (image: string): string => `FROM ${image} AS one
RUN sleep 5; echo 1 > /one
FROM ${image} AS two
RUN sleep 5; echo 2 > /two
FROM ${image}
COPY --from=one /one /
COPY --from=two /two /
`;

/** A context of many small files. */
async function manyFiles(folder: string, dockerfile: string): Promise<void> {
  for (let directory = 0; directory < FILES / 100; directory += 1) {
    await mkdir(join(folder, `d${directory}`), { recursive: true });
    for (let file = 0; file < 100; file += 1) {
      await writeFile(join(folder, `d${directory}/f${file}`), `${directory} ${file}\n`.padEnd(FILE_BYTES, 'x'));
    }
  }
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
}

interface Builder {
  readonly name: string;
  build(folder: string, ...options: readonly string[]): Promise<unknown>;
}

function buildersOf({ peers }: Bench): readonly Builder[] {
  return peers.flatMap(({ name, host }): Builder[] => {
    if (name === 'estrato') {
      const build = (folder: string, ...options: readonly string[]): Promise<unknown> =>
        run(process.execPath, [command, 'build', '--host', host, '-q', ...options, folder]);
      return [{ name, build }];
    }
    if (name !== 'docker') return [];
    const docker =
      (buildKit: string) =>
      (folder: string, ...options: readonly string[]) =>
        run(DOCKER, ['build', '-q', ...options, folder], {
          env: { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: buildKit },
        });
    return [
      { name: 'buildkit', build: docker('1') },
      { name: 'docker classic', build: docker('0') },
    ];
  });
}

interface Prepared {
  readonly builders: readonly Builder[];
  /** One for each, so that nobody's reading warms another's. */
  readonly folderOf: (builder: Builder) => string;
}

async function prepare(bench: Bench, name: string, dockerfile: (image: string) => string): Promise<Prepared> {
  const builders = buildersOf(bench);
  const folderOf = (builder: Builder): string => join(bench.directory, `${name}-${builder.name.replace(' ', '-')}`);
  for (const builder of builders) await manyFiles(folderOf(builder), dockerfile(bench.image));
  return { builders, folderOf };
}

function contestants({ builders }: Prepared, sample: (builder: Builder) => Promise<number>): readonly Contestant[] {
  return builders.map((builder) => ({ name: builder.name, sample: () => sample(builder) }));
}

export const buildCold: Measure = {
  name: 'build-cold',
  title: 'two-stage build of 15 instructions with a COPY of 5,000 files, without the cache',
  unit: 'ms',
  target: { of: 'buildkit', atMost: 0.5 },
  rounds: 5,
  warmsUp: true,
  contestants: async (bench) => {
    const prepared = await prepare(bench, 'cold', TWO_STAGES);
    return contestants(prepared, (builder) =>
      milliseconds(() => builder.build(prepared.folderOf(builder), '--no-cache')),
    );
  },
};

export const buildCached: Measure = {
  name: 'build-cached',
  title: 'the same with everything cached',
  unit: 'ms',
  target: { of: 'buildkit', atMost: 0.6 },
  rounds: 7,
  warmsUp: true,
  contestants: async (bench) => {
    const prepared = await prepare(bench, 'cached', TWO_STAGES);
    return contestants(prepared, (builder) => milliseconds(() => builder.build(prepared.folderOf(builder))));
  },
};

export const buildChanged: Measure = {
  name: 'build-changed',
  title: 'the same with one of the 5,000 files changed',
  unit: 'ms',
  target: { of: 'buildkit', atMost: 0.5 },
  rounds: 5,
  warmsUp: true,
  contestants: async (bench) => {
    const prepared = await prepare(bench, 'changed', TWO_STAGES);
    let change = 0;
    return contestants(prepared, async (builder) => {
      change += 1;
      await writeFile(join(prepared.folderOf(builder), 'd7/f7'), `change ${change}\n`.padEnd(FILE_BYTES, 'y'));
      return milliseconds(() => builder.build(prepared.folderOf(builder)));
    });
  },
};

export const buildStages: Measure = {
  name: 'build-stages',
  title: 'two independent stages of 5 s each',
  unit: 'ms',
  target: { atMost: 6000 },
  rounds: 2,
  warmsUp: false,
  contestants: async (bench) => {
    const builders = buildersOf(bench).filter(({ name }) => name !== 'docker classic');
    const folder = join(bench.directory, 'stages');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'Dockerfile'), SIDE_BY_SIDE(bench.image));
    return builders.map((builder) => ({
      name: builder.name,
      sample: () => milliseconds(() => builder.build(folder, '--no-cache')),
    }));
  },
};
