import { Command } from 'commander';
import { z } from 'zod';

import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import type { DockerHttp, Query } from '#engine/client/docker-http.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { parseDuration } from '#engine/run-options/numbers.ts';

import { OutputFrames, untilDrained, type Output } from './output-frames.ts';
import { withDocker } from './with-docker.ts';

interface LogsOptions extends PlaceOptions {
  readonly follow?: boolean;
  readonly tail: string;
  readonly since?: string;
  readonly until?: string;
  readonly timestamps?: true;
  readonly details?: true;
  readonly format: string;
}

export function logsCommand(): Command {
  return withPlace(new Command('logs'))
    .description('what a container has written')
    .argument('<container>', 'its name, its id or the beginning of it')
    .option('-f, --follow', 'go on with what it writes from now on')
    .option('-n, --tail <lines>', 'only the last lines', 'all')
    .option('--since <time>', 'only since: a date, unix seconds, or so long ago (10m)')
    .option('--until <time>', 'only until')
    .option('-t, --timestamps', 'when it was, before each line')
    .option('--details', 'what its log driver was told to add')
    .option('--format <format>', 'lines, or json: an object a line', 'lines')
    .action((id: string, { format, ...options }: LogsOptions) =>
      format === 'json'
        ? entries(id, options)
        : withDocker(options, (docker, signal) => lines(docker, { id, options, signal })),
    );
}

interface Lines {
  readonly id: string;
  readonly options: Omit<LogsOptions, 'format'>;
  readonly signal: AbortSignal;
}

const inspected = z.object({ Config: z.object({ Tty: z.boolean() }) });

async function lines(docker: DockerHttp, { id, options, signal }: Lines): Promise<void> {
  const { Config } = inspected.parse(await docker.ask('GET', `/containers/${encodeURIComponent(id)}/json`));
  await writeLogs(
    docker,
    { id, isTerminal: Config.Tty, query: queryOf(options), signal },
    {
      stdout: (bytes) => void process.stdout.write(bytes),
      stderr: (bytes) => void process.stderr.write(bytes),
    },
  );
}

function queryOf({ follow, tail, since, until, timestamps, details }: Omit<LogsOptions, 'format'>): Query {
  checkTail(tail);
  return { follow, tail, timestamps, details, since: momentOf(since), until: momentOf(until) };
}

function checkTail(tail: string): void {
  if (tail !== 'all' && !/^\d+$/.test(tail)) {
    throw new EngineError('invalid-argument', `${tail} is no number of lines; write it like --tail 100, or all.`);
  }
}

export interface LogsWish {
  readonly id: string;
  readonly isTerminal: boolean;
  readonly query: Query;
  readonly signal: AbortSignal;
}

/** What a container's log holds, and what comes if it is followed, as it was written. */
export async function writeLogs(
  docker: DockerHttp,
  { id, isTerminal, query, signal }: LogsWish,
  output: Output,
): Promise<void> {
  const answer = await docker.open('GET', `/containers/${encodeURIComponent(id)}/logs`, {
    query: { stdout: true, stderr: true, ...query },
    signal,
  });
  const frames = new OutputFrames(output);
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    if (isTerminal) output.stdout(chunk);
    else frames.add(chunk);
    await untilDrained();
  }
}

/** A date or unix seconds as it is; a span of time as the moment so long ago, in unix seconds. */
export function momentOf(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d+(\.\d+)?[a-zµ]/.test(text)) return text;
  return String(Date.now() / 1000 - parseDuration(text) / 1e9);
}

/** The same with the time of each line, for programs. */
async function entries(id: string, { follow = false, tail, ...place }: Omit<LogsOptions, 'format'>): Promise<void> {
  const { withEngine } = await import('#engine/cli/with-engine.ts');
  checkTail(tail);
  const lineCount = tail === 'all' ? 1_000_000 : Number(tail);
  await withEngine(place, async (engine, signal) => {
    for await (const batch of engine.stream('containers.logs', { id, follow, tail: lineCount }, signal)) {
      for (const entry of batch) process.stdout.write(`${JSON.stringify(entry)}\n`);
    }
  });
}
