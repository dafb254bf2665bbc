import { findBuild, listBuilds, removeBuild } from '#engine/build/build-records.ts';
import { onAbort } from '#engine/async/on-abort.ts';
import type { BuildRecord, BuildStep } from '#engine/contract/build.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Database } from '#engine/metadata/database.ts';

import { BuildHistoryEvent, Empty, HistoryRequest, UpdateHistoryRequest } from './control-messages.ts';
import type { GrpcMethod } from './grpc-server.ts';
import type { BuildStatus } from './messages.ts';
import { stepDigest, stepTitle } from './build-progress.ts';
import { timestampOf } from './timestamp.ts';

/** What has come of a build (BuildHistoryEventType). */
const EVENT = { started: 0, complete: 1 } as const;

/** The builds of this machine, as BuildKit's clients list, show and remove them. */
export function historyMethods(database: Database): readonly (readonly [string, GrpcMethod])[] {
  return [
    ['ListenBuildHistory', (request) => listen(database, request)],
    [
      'UpdateBuildHistory',
      async function* ({ message }) {
        const { Ref, Pinned, Delete } = UpdateHistoryRequest.decode(message);
        if (Pinned)
          throw new EngineError('unsupported', 'This version of Estrato pins no builds: it keeps the latest ones.');
        if (Delete) removeBuild(database, findBuild(database, Ref).id);
        yield Empty.encode({});
      },
    ],
  ];
}

/** Those there are; a client that stays is told of no more, and waits until it leaves. */
async function* listen(database: Database, { message, signal }: Parameters<GrpcMethod>[0]): AsyncGenerator<Uint8Array> {
  const { ActiveOnly, Ref, EarlyExit, Limit } = HistoryRequest.decode(message);
  const wanted = (Ref === '' ? listBuilds(database) : [findBuild(database, Ref)]).filter(
    ({ state }) => !ActiveOnly || state === 'running',
  );
  for (const record of Limit > 0 ? wanted.slice(0, Limit) : wanted) {
    const type = record.state === 'running' ? EVENT.started : EVENT.complete;
    yield BuildHistoryEvent.encode({ type, record: recordOf(record) });
  }
  if (EarlyExit || signal.aborted) return;
  await new Promise<void>((resolve) => void onAbort(signal, resolve));
}

function recordOf(record: BuildRecord): Parameters<typeof BuildHistoryEvent.encode>[0]['record'] {
  const { id, parameters, target, names, error, steps } = record;
  const begun = Date.parse(record.startedAt);
  return {
    Ref: id,
    Frontend: 'dockerfile.v0',
    FrontendAttrs: {
      filename: parameters?.dockerfileName ?? 'Dockerfile',
      ...(parameters === undefined ? {} : { 'vcs:localdir:context': parameters.folder }),
      ...(target === undefined ? {} : { target }),
    },
    Exporters: names.length === 0 ? [] : [{ Type: 'image', Attrs: { name: names.join(',') } }],
    CreatedAt: timestampOf(begun),
    ...(record.durationMs === undefined ? {} : { CompletedAt: timestampOf(begun + record.durationMs) }),
    ...(error === undefined ? {} : { error: { code: record.state === 'cancelled' ? 1 : 2, message: error } }),
    numCachedSteps: steps.filter(({ verdict }) => verdict?.kind === 'hit').length,
    numTotalSteps: steps.length,
    numCompletedSteps: steps.filter(({ state }) => state === 'done').length,
  };
}

/** What was told of a build while it ran, once more; undefined for one that isn't in the record. */
export function recordedStatus(database: Database, ref: string): BuildStatus | undefined {
  const record = listBuilds(database).find(({ id }) => id === ref);
  if (record === undefined) return undefined;
  const vertex = ({ number, stage, text }: BuildStep): string => stepDigest(`${record.id} ${stage} ${number} ${text}`);
  const begun = (step: BuildStep): number => Date.parse(record.startedAt) + (step.startedMs ?? 0);
  const told = record.steps.filter(({ state }) => state !== 'waiting');
  return {
    vertexes: told.map((step) => ({
      digest: vertex(step),
      inputs: [],
      name: stepTitle({ ...step, total: record.steps.length }),
      cached: step.verdict?.kind === 'hit',
      started: timestampOf(begun(step)),
      ...(step.state === 'running' ? {} : { completed: timestampOf(begun(step) + (step.durationMs ?? 0)) }),
      ...(step.state === 'failed' ? { error: record.error ?? '' } : {}),
    })),
    logs: told
      .filter(({ log }) => log !== '')
      .map((step) => ({
        vertex: vertex(step),
        timestamp: timestampOf(begun(step)),
        stream: 1,
        msg: new Uint8Array(Buffer.from(step.log)),
      })),
  };
}
