import { randomUUID } from 'node:crypto';

import { onAbort } from '#engine/async/on-abort.ts';
import { pruneBuilds } from '#engine/build/prune-builds.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { hostPlatform } from '#engine/image/choose-manifest.ts';
import type { DockerContext } from '#engine/server/docker/context.ts';

import { ControlBuilds, type ControlBuild } from './control-build.ts';
import {
  ControlSolveRequest,
  ControlSolveResponse,
  DiskUsageResponse,
  Empty,
  GatewaySolveRequest,
  GatewaySolveResponse,
  InfoResponse,
  ListWorkersResponse,
  PongResponse,
  PruneRequest,
  ReturnRequest,
  StatusRequest,
  UsageRecord,
  type ControlSolve,
} from './control-messages.ts';
import { cachesOf } from './control-caches.ts';
import { resultsOf, type Exporter } from './exporters.ts';
import { frontendWish } from './frontend-wish.ts';
import type { GrpcMethod, GrpcRequest } from './grpc-server.ts';
import { StatusResponse } from './messages.ts';
import { sessionBuild } from './session-build.ts';

/** Which build a call of a frontend's belongs to. */
const BUILD_ID = 'buildkit-controlapi-buildid';
/** The one frontend there is; we are it. */
const FRONTEND = 'dockerfile.v0';

/** What clients may count on (github.com/moby/buildkit, `frontend/gateway/pb/caps.go`). */
const capabilities = [
  'solve.base',
  'return',
  'returnmap',
  'importcaches',
  'proto.refarray',
  'gateway.solve.metadata',
  'gateway.solve.evaluate',
  'frontend.caps',
];

/**
 * BuildKit's control service, as far as Docker's clients use it to build Dockerfiles (github.com/moby/buildkit,
 * `api/services/control`, `frontend/gateway/pb`): buildx asks for a build without a frontend, and is then the frontend itself, which
 * asks for `dockerfile.v0` and returns what came of it. Anything that would need BuildKit's low-level language is refused.
 */
export function controlMethods(context: DockerContext): ReadonlyMap<string, GrpcMethod> {
  const control = new Control(context);
  const once = (answer: (request: GrpcRequest) => Promise<Uint8Array>): GrpcMethod =>
    async function* (request) {
      yield await answer(request);
    };
  const service = '/moby.buildkit.v1.Control';
  const frontend = '/moby.buildkit.v1.frontend.LLBBridge';
  return new Map<string, GrpcMethod>([
    [`${service}/Solve`, once((request) => control.solve(request))],
    [`${service}/Status`, (request) => control.status(request)],
    [`${service}/ListWorkers`, once(() => control.workers())],
    [`${service}/Info`, once(() => control.info())],
    [`${service}/DiskUsage`, once(async () => DiskUsageResponse.encode({}))],
    [`${service}/Prune`, once((request) => control.prune(request))],
    [`${frontend}/Ping`, once((request) => control.ping(request))],
    [`${frontend}/Solve`, once((request) => control.frontendSolve(request))],
    [`${frontend}/Return`, once((request) => control.frontendReturn(request))],
    [`${frontend}/Warn`, once(async () => Empty.encode({}))],
  ]);
}

/** One connection's calls. */
class Control {
  readonly #context: DockerContext;
  readonly #builds = new ControlBuilds();

  constructor(context: DockerContext) {
    this.#context = context;
  }

  async solve({ message, signal }: GrpcRequest): Promise<Uint8Array> {
    const wanted = ControlSolveRequest.decode(message);
    const build = this.#builds.at(wanted.Ref);
    build.ask(wanted);
    try {
      refuseForeign(wanted);
      if (wanted.Frontend === '') await build.returned(signal);
      else await this.#run(build, { wanted, frontend: wanted.Frontend, options: wanted.FrontendAttrs }, signal);
      const { image } = build;
      const said = image === undefined ? {} : { 'containerimage.digest': image, 'containerimage.config.digest': image };
      const { names } = build;
      return ControlSolveResponse.encode({
        ExporterResponse: { ...said, ...(names === '' ? {} : { 'image.name': names }) },
      });
    } finally {
      build.status.end();
    }
  }

  async *status({ message, signal }: GrpcRequest): AsyncGenerator<Uint8Array> {
    const { status } = this.#builds.at(StatusRequest.decode(message).Ref);
    using _ = { [Symbol.dispose]: onAbort(signal, () => status.end()) };
    for await (const each of status) yield StatusResponse.encode(each);
  }

  async workers(): Promise<Uint8Array> {
    const { architecture, os, variant = '' } = hostPlatform;
    const platforms = [{ Architecture: architecture, OS: os, Variant: variant }];
    return ListWorkersResponse.encode({
      record: [{ ID: 'estrato', Labels: {}, platforms, BuildkitVersion: this.#version }],
    });
  }

  async info(): Promise<Uint8Array> {
    return InfoResponse.encode({ buildkitVersion: this.#version });
  }

  async prune({ message }: GrpcRequest): Promise<Uint8Array> {
    const { all, keepDuration = 0 } = PruneRequest.decode(message);
    const { freedBytes } = await pruneBuilds(this.#context.engine.builds, {
      unusedSince: Date.now() + 1 - keepDuration / 1e6,
      withMounts: all,
    });
    return UsageRecord.encode({ ID: 'steps', Size: freedBytes, RecordType: 'regular' });
  }

  async ping(request: GrpcRequest): Promise<Uint8Array> {
    await this.#buildOf(request).asked(request.signal);
    return PongResponse.encode({ FrontendAPICaps: capabilities.map((ID) => ({ ID, Enabled: true })), LLBCaps: [] });
  }

  async frontendSolve(request: GrpcRequest): Promise<Uint8Array> {
    const { Definition, Frontend, FrontendOpt, CacheImports = [] } = GatewaySolveRequest.decode(request.message);
    const build = this.#buildOf(request);
    const wanted = await build.asked(request.signal);
    refuseForeign({ Definition });
    const Cache = {
      Exports: wanted.Cache?.Exports ?? [],
      Imports: [...(wanted.Cache?.Imports ?? []), ...CacheImports],
    };
    const call = { wanted: { ...wanted, Cache }, frontend: Frontend, options: FrontendOpt };
    await this.#run(build, call, request.signal);
    return GatewaySolveResponse.encode({ result: { ref: { id: randomUUID() } } });
  }

  async frontendReturn(request: GrpcRequest): Promise<Uint8Array> {
    const { error } = ReturnRequest.decode(request.message);
    const failure = error === undefined || error === null ? undefined : new EngineError('unavailable', error.message);
    this.#buildOf(request).return(failure);
    return Empty.encode({});
  }

  async #run(build: ControlBuild, { wanted, frontend, options }: FrontendCall, signal: AbortSignal): Promise<void> {
    if (frontend !== FRONTEND)
      throw new EngineError(
        'unsupported',
        `This version of Estrato builds Dockerfiles (${FRONTEND}), and has no frontend ${frontend}.`,
      );
    const session = await this.#context.sessions.find(wanted.Session, signal);
    const { names, ...results } = resultsOf(exportersOf(wanted), session);
    const { wish, source } = frontendWish(options, names);
    build.names = names;
    build.image = await sessionBuild(
      this.#context,
      { session, wish: { ...wish, ...results, ...cachesOf(wanted, options) }, source },
      { tell: (status) => build.status.push(status), signal },
    );
  }

  #buildOf({ headers }: GrpcRequest): ControlBuild {
    return this.#builds.at(String(headers[BUILD_ID] ?? ''));
  }

  get #version(): { readonly package: string; readonly version: string; readonly revision: string } {
    return { package: 'estrato', version: `v${this.#context.engine.version}`, revision: '' };
  }
}

interface FrontendCall {
  readonly wanted: ControlSolve;
  readonly frontend: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Graphs of BuildKit's own, and what nobody could grant or keep to. */
function refuseForeign({ Definition, Entitlements = [], SourcePolicy }: Foreign): void {
  if ((Definition?.def.length ?? 0) > 0)
    throw new EngineError(
      'unsupported',
      "This version of Estrato builds Dockerfiles only, no graphs of BuildKit's own (LLB).",
    );
  const entitlement = Entitlements.find((each) => each !== 'network.host');
  if (entitlement !== undefined)
    throw new EngineError('unsupported', `This version of Estrato grants no ${entitlement} to a build (--allow).`);
  if ((SourcePolicy?.length ?? 0) > 0)
    throw new EngineError('unsupported', 'This version of Estrato keeps to no source policies: build without one.');
}

type Foreign = Pick<ControlSolve, 'Definition'> & Partial<Pick<ControlSolve, 'Entitlements' | 'SourcePolicy'>>;

/** Clients of before there could be several name one another way. */
function exportersOf({ Exporters, ExporterDeprecated, ExporterAttrsDeprecated }: ControlSolve): readonly Exporter[] {
  if (Exporters.length > 0 || ExporterDeprecated === '') return Exporters;
  return [{ Type: ExporterDeprecated, Attrs: ExporterAttrsDeprecated }];
}
