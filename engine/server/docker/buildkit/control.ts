import { randomUUID } from 'node:crypto';

import { onAbort } from '#engine/async/on-abort.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { DockerContext } from '#engine/server/docker/context.ts';

import { ControlBuilds, type ControlBuild } from './control-build.ts';
import {
  ControlSolveRequest,
  ControlSolveResponse,
  Empty,
  GatewaySolveRequest,
  GatewaySolveResponse,
  PongResponse,
  ReturnRequest,
  StatusRequest,
  type ControlSolve,
} from './control-messages.ts';
import { cachesOf } from './control-caches.ts';
import { historyMethods, recordedStatus } from './control-history.ts';
import { storeMethods } from './control-store.ts';
import { resultsOf, type Exporter } from './exporters.ts';
import type { Answer } from './frontend-question.ts';
import { frontendWish } from './frontend-wish.ts';
import type { GrpcMethod, GrpcRequest } from './grpc-server.ts';
import { StatusResponse, type BuildStatus } from './messages.ts';
import { sessionAnswer, sessionBuild } from './session-build.ts';

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
  const kept = [...storeMethods(context), ...historyMethods(context.engine.builds.database)];
  return new Map<string, GrpcMethod>([
    ...kept.map(([name, method]) => [`${service}/${name}`, method] as const),
    [`${service}/Solve`, once((request) => control.solve(request))],
    [`${service}/Status`, (request) => control.status(request)],
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
    const { Ref } = StatusRequest.decode(message);
    const recorded = recordedStatus(this.#context.engine.builds.database, Ref);
    if (recorded !== undefined) {
      yield StatusResponse.encode(recorded);
      return;
    }
    const { status } = this.#builds.at(Ref);
    using _ = { [Symbol.dispose]: onAbort(signal, () => status.end()) };
    for await (const each of status) yield StatusResponse.encode(each);
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
    const metadata = await this.#run(build, call, request.signal);
    return GatewaySolveResponse.encode({
      result: metadata === undefined ? { ref: { id: randomUUID() } } : { metadata: { ...metadata } },
    });
  }

  async frontendReturn(request: GrpcRequest): Promise<Uint8Array> {
    const { error } = ReturnRequest.decode(request.message);
    const failure = error === undefined || error === null ? undefined : new EngineError('unavailable', error.message);
    this.#buildOf(request).return(failure);
    return Empty.encode({});
  }

  /** @returns the answer, where the frontend was only asked something. */
  async #run(
    build: ControlBuild,
    { wanted, frontend, options }: FrontendCall,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    if (frontend !== FRONTEND)
      throw new EngineError(
        'unsupported',
        `This version of Estrato builds Dockerfiles (${FRONTEND}), and has no frontend ${frontend}.`,
      );
    const session = await this.#context.sessions.find(wanted.Session, signal);
    const { names, ...results } = resultsOf(exportersOf(wanted), session);
    const { wish, source } = frontendWish(options, names);
    const task = { session, wish: { ...wish, ...results, ...cachesOf(wanted, options) }, source };
    const told = { tell: (status: BuildStatus) => build.status.push(status), signal };
    const { requestid: question = '' } = options;
    if (question !== '') return sessionAnswer(this.#context, task, { ...told, question });
    build.names = names;
    build.image = await sessionBuild(this.#context, task, told);
    return undefined;
  }

  #buildOf({ headers }: GrpcRequest): ControlBuild {
    return this.#builds.at(String(headers[BUILD_ID] ?? ''));
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
