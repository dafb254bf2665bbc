import { readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { containerUsage, type UsageSample } from '#engine/container/container-usage.ts';
import type { NetworkUsage } from '#engine/runtime/resource-usage.ts';

import { speaksAtLeast } from './api-version.ts';
import type { DockerContext, Routes } from './context.ts';
import { parseInput } from './failures.ts';
import { flag, text } from './query.ts';
import { clientSignal, sendStream } from './send-stream.ts';

interface ById {
  Params: { id: string };
}

/** What is sampled beside the container itself: the machine's time, which its own is a part of. */
interface Sample extends UsageSample {
  readonly systemNs: number;
}

export const statsRoutes: Routes = (app, context) => {
  app.get<ById>('/containers/:id/stats', (request, reply) => stats(context, request, reply));
};

const statsQuery = z.object({
  stream: text.transform((value) => value === undefined || !['0', 'false'].includes(value.toLowerCase())),
  'one-shot': flag,
});

async function stats(
  context: DockerContext,
  { params, query, originalUrl }: FastifyRequest<ById>,
  reply: FastifyReply,
): Promise<void> {
  const { containers } = context.engine;
  const { stream, 'one-shot': isQuick } = parseInput(statsQuery, query);
  const isOneShot = isQuick && speaksAtLeast(originalUrl, '1.41');
  // Asked for before the headers are sent: one that isn't there is a 404.
  containers.table.find(params.id);
  if (stream) {
    await sendStream(reply, { contentType: 'application/json', closing: context.closing }, (leaving) =>
      lines(context, params.id, leaving),
    );
    return;
  }
  const answer = await one(context, params.id, { isOneShot, signal: clientSignal(reply, context.closing) });
  await reply.send(answer);
}

async function* lines(context: DockerContext, id: string, signal: AbortSignal): AsyncGenerator<string> {
  let before: Sample | undefined;
  for await (const sample of samples(context, id, signal)) {
    yield `${JSON.stringify(dockerStats(sample, before))}\n`;
    before = sample;
  }
}

/** Two samples tell how much is used, one how much was. */
async function one(
  context: DockerContext,
  id: string,
  { isOneShot, signal }: { readonly isOneShot: boolean; readonly signal: AbortSignal },
): Promise<unknown> {
  let before: Sample | undefined;
  for await (const sample of samples(context, id, signal)) {
    if (isOneShot || before !== undefined || sample.usage === undefined) return dockerStats(sample, before);
    before = sample;
  }
  return before === undefined ? {} : dockerStats(before, undefined);
}

async function* samples({ engine }: DockerContext, id: string, signal: AbortSignal): AsyncGenerator<Sample> {
  for await (const sample of containerUsage(engine.containers, id, signal)) {
    yield { ...sample, systemNs: await systemTime() };
  }
}

/** Of all processors, in use or not (proc(5), /proc/stat). */
async function systemTime(): Promise<number> {
  const [, counts = ''] = /^cpu +(.*)$/m.exec(await readFile('/proc/stat', 'utf8')) ?? [];
  // What guests used is in the user's time already.
  const ticks = counts.split(' ').slice(0, 8);
  return ticks.reduce((sum, count) => sum + Number(count), 0) * 10_000_000;
}

const NEVER = '0001-01-01T00:00:00Z';

/** `ContainerStatsResponse` of the Docker Engine API. */
function dockerStats(sample: Sample, before: Sample | undefined): Record<string, unknown> {
  const { id, name, time, usage } = sample;
  return {
    name: `/${name}`,
    id,
    read: usage === undefined ? NEVER : new Date(time).toISOString(),
    preread: before === undefined ? NEVER : new Date(before.time).toISOString(),
    num_procs: 0,
    storage_stats: {},
    pids_stats: usage === undefined ? {} : { current: usage.processes },
    blkio_stats: { ...unmeasured, io_service_bytes_recursive: blockEntries(sample) },
    cpu_stats: cpuStats(sample),
    precpu_stats: cpuStats(before),
    memory_stats: memoryStats(sample),
    networks: networkStats(sample),
  };
}

/** What Docker says of these wherever control groups are of version 2. */
const unmeasured = {
  io_serviced_recursive: null,
  io_queue_recursive: null,
  io_service_time_recursive: null,
  io_wait_time_recursive: null,
  io_merged_recursive: null,
  io_time_recursive: null,
  sectors_recursive: null,
} as const;

function cpuStats(sample: Sample | undefined): Record<string, unknown> {
  const { totalNs = 0, userNs = 0, kernelNs = 0 } = sample?.usage?.cpu ?? {};
  const measured = sample?.usage === undefined ? undefined : sample;
  return {
    cpu_usage: { total_usage: totalNs, usage_in_kernelmode: kernelNs, usage_in_usermode: userNs },
    ...(measured === undefined ? {} : { system_cpu_usage: measured.systemNs, online_cpus: availableParallelism() }),
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  };
}

/** Docker's clients take the inactive part off, under the name of either version of control groups. */
function memoryStats({ usage }: Sample): Record<string, unknown> {
  if (usage === undefined) return {};
  const { bytes, inactiveFileBytes, limitBytes } = usage.memory;
  return {
    usage: bytes,
    limit: limitBytes ?? totalmem(),
    stats: { inactive_file: inactiveFileBytes, total_inactive_file: inactiveFileBytes },
  };
}

function blockEntries({ usage }: Sample): readonly Record<string, unknown>[] {
  return (usage?.blocks ?? []).flatMap(({ major, minor, readBytes, writtenBytes }) => [
    { major, minor, op: 'read', value: readBytes },
    { major, minor, op: 'write', value: writtenBytes },
  ]);
}

function networkStats({ usage }: Sample): Record<string, unknown> {
  const named = Object.entries(usage?.networks ?? {});
  return Object.fromEntries(named.map(([name, counts]) => [name, interfaceStats(counts)]));
}

function interfaceStats(counts: NetworkUsage): Record<string, number> {
  return {
    rx_bytes: counts.receivedBytes,
    rx_packets: counts.receivedPackets,
    rx_errors: counts.receivedErrors,
    rx_dropped: counts.receivedDropped,
    tx_bytes: counts.sentBytes,
    tx_packets: counts.sentPackets,
    tx_errors: counts.sentErrors,
    tx_dropped: counts.sentDropped,
  };
}
