import { z } from 'zod';

import { Message } from './messages.ts';

const words = z.record(z.string(), z.string());
const definition = z.object({ def: z.array(z.instanceof(Uint8Array)) }).nullish();
const cacheEntry = z.object({ Type: z.string(), Attrs: words });
const version = z.object({ package: z.string(), version: z.string(), revision: z.string() });

export const ControlSolveRequest = new Message(
  'ControlSolveRequest',
  z.object({
    Ref: z.string(),
    Definition: definition,
    ExporterDeprecated: z.string(),
    ExporterAttrsDeprecated: words,
    Session: z.string(),
    Frontend: z.string(),
    FrontendAttrs: words,
    Cache: z.object({ Exports: z.array(cacheEntry), Imports: z.array(cacheEntry) }).nullish(),
    Entitlements: z.array(z.string()).optional(),
    /** As bytes: that there is one is all that counts. */
    SourcePolicy: z.instanceof(Uint8Array).optional(),
    Exporters: z.array(z.object({ Type: z.string(), Attrs: words })),
  }),
);
/** What is to be built, where its files are lent, and what becomes of it. */
export type ControlSolve = ReturnType<typeof ControlSolveRequest.decode>;

export const ControlSolveResponse = new Message('ControlSolveResponse', z.object({ ExporterResponse: words }));
export const StatusRequest = new Message('StatusRequest', z.object({ Ref: z.string() }));
export const ListWorkersResponse = new Message(
  'ListWorkersResponse',
  z.object({
    record: z.array(
      z.object({
        ID: z.string(),
        Labels: words,
        platforms: z.array(z.object({ Architecture: z.string(), OS: z.string(), Variant: z.string() })),
        BuildkitVersion: version,
      }),
    ),
  }),
);
export const InfoResponse = new Message('InfoResponse', z.object({ buildkitVersion: version }));
const timestamp = z.object({ seconds: z.number(), nanos: z.number() });
const usageRecord = z.object({
  ID: z.string(),
  InUse: z.boolean().optional(),
  Size: z.number(),
  CreatedAt: timestamp.nullish(),
  LastUsedAt: timestamp.nullish(),
  Description: z.string().optional(),
  RecordType: z.string(),
  Shared: z.boolean().optional(),
});
export const DiskUsageResponse = new Message('DiskUsageResponse', z.object({ record: z.array(usageRecord) }));
export const UsageRecord = new Message('UsageRecord', usageRecord);

export const PruneRequest = new Message('PruneRequest', z.object({ all: z.boolean(), keepDuration: z.number() }));

export const HistoryRequest = new Message(
  'HistoryRequest',
  z.object({ ActiveOnly: z.boolean(), Ref: z.string(), EarlyExit: z.boolean(), Limit: z.number() }),
);
export const UpdateHistoryRequest = new Message(
  'UpdateHistoryRequest',
  z.object({ Ref: z.string(), Pinned: z.boolean(), Delete: z.boolean() }),
);
const rpcStatus = z.object({ code: z.number(), message: z.string() });
export const BuildHistoryEvent = new Message(
  'BuildHistoryEvent',
  z.object({
    type: z.number(),
    record: z.object({
      Ref: z.string(),
      Frontend: z.string(),
      FrontendAttrs: words,
      Exporters: z.array(z.object({ Type: z.string(), Attrs: words })),
      error: rpcStatus.nullish(),
      CreatedAt: timestamp,
      CompletedAt: timestamp.nullish(),
      numCachedSteps: z.number(),
      numTotalSteps: z.number(),
      numCompletedSteps: z.number(),
    }),
  }),
);

export const PongResponse = new Message(
  'PongResponse',
  z.object({
    FrontendAPICaps: z.array(z.object({ ID: z.string(), Enabled: z.boolean() })),
    LLBCaps: z.array(z.object({ ID: z.string(), Enabled: z.boolean() })),
  }),
);
export const GatewaySolveRequest = new Message(
  'GatewaySolveRequest',
  z.object({
    Definition: definition,
    Frontend: z.string(),
    FrontendOpt: words,
    CacheImports: z.array(cacheEntry).optional(),
  }),
);
export const GatewaySolveResponse = new Message(
  'GatewaySolveResponse',
  z.object({
    result: z.object({
      ref: z.object({ id: z.string() }).nullish(),
      metadata: z.record(z.string(), z.instanceof(Uint8Array)).optional(),
    }),
  }),
);
export const ReturnRequest = new Message('ReturnRequest', z.object({ error: rpcStatus.nullish() }));
/** Of calls whose answer says only that there is one. */
export const Empty = new Message('Empty', z.object({}));
