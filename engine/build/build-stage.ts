import { randomUUID } from 'node:crypto';

import type { BuildPatch } from '#engine/contract/build.ts';
import type { Platform } from '#engine/contract/image.ts';
import type { ShellSide } from '#engine/contract/step-shell.ts';
import type { Add, Copy, Instruction, Run, Stage } from '#engine/dockerfile/instruction.ts';
import { parseDockerfile } from '#engine/dockerfile/parse-dockerfile.ts';
import { DockerfileError } from '#engine/dockerfile/problem.ts';
import { expand } from '#engine/dockerfile/shell-lexer.ts';

import { baseImage, scratch, type BaseImage } from './base-image.ts';
import type { StepPlace } from './build-event.ts';
import type { BuildSession } from './build-session.ts';
import { cachedStep } from './cached-step.ts';
import { changeConfig, expanderOf, type ConfigInstruction } from './config-instruction.ts';
import { copyPlan } from './copy-step.ts';
import { copyTar } from './copy-tar.ts';
import { imageMaterial } from './materials.ts';
import { namedSource, stageName } from './named-source.ts';
import { patchAt, patched } from './patched-stage.ts';
import { copyKey, plainLayer } from './plain-layer.ts';
import { asItWas, directoryItem, planCopy } from './plan-copy.ts';
import { resolveTarget } from './resolve-target.ts';
import { runPlan } from './run-instruction.ts';
import { directoriesAbove, type SourceTree } from './source-tree.ts';
import { StackSource } from './stack-source.ts';
import { findStage, namedStage, sourcesOf } from './stage-graph.ts';
import { stagePlatform } from './stage-platforms.ts';
import {
  diffIdsOf,
  settingsOf,
  stateId,
  withSettings,
  workdirOf,
  type HistoryRow,
  type StageState,
} from './stage-state.ts';
import { StepCache, type StepResult } from './step-cache.ts';
import { environmentOf } from './step-environment.ts';
import { StepFailed } from './step-failed.ts';
import type { StepSpot } from './step-verdicts.ts';
import { storeStep } from './store-step.ts';

/** Where a step is told to be; undefined of what a base image brings along (ONBUILD). */
export type PlaceOf = (instruction: Instruction) => StepPlace | undefined;

/** One stage on its way: its instructions one after the other, beside whatever other stages are on theirs. */
export class StageBuilder {
  readonly #session: BuildSession;
  readonly #stage: Stage;
  readonly #name: string;
  readonly #stageOf: (stage: Stage) => Promise<StageState>;
  readonly #placeOf: PlaceOf;

  /** @param stageOf what another stage comes to. */
  constructor(
    session: BuildSession,
    stage: Stage,
    { stageOf, placeOf }: { readonly stageOf: (stage: Stage) => Promise<StageState>; readonly placeOf: PlaceOf },
  ) {
    this.#session = session;
    this.#stage = stage;
    this.#name = stageName(stage);
    this.#stageOf = stageOf;
    this.#placeOf = placeOf;
  }

  async run(): Promise<StageState> {
    const { instructions, from } = this.#stage;
    // What is needed further down begins now, side by side.
    for (const name of instructions.flatMap(sourcesOf)) {
      if (this.#session.request.contexts?.has(name) === true) continue;
      const other = findStage(this.#session.file.stages, name, this.#stage.index);
      if (other !== undefined) void this.#stageOf(other).catch(() => undefined);
    }
    let state = await this.#told(from, () => this.#begin());
    const triggers = settingsOf(state).OnBuild ?? [];
    if (triggers.length > 0) state = withSettings(state, { OnBuild: [] });
    for (const [at, instruction] of this.#triggered(triggers).entries())
      state = await this.#next(state, instruction, at + 1);
    state = await patched(this.#session, state, this.#patchAt(from, 'after'));
    for (const [at, instruction] of instructions.entries()) {
      state = await patched(this.#session, state, this.#patchAt(instruction, 'before'));
      state = await this.#next(state, instruction, triggers.length + at + 1);
      state = await patched(this.#session, state, this.#patchAt(instruction, 'after'));
    }
    const last = instructions.at(-1) ?? from;
    this.#keep(last, 'after', state);
    return state;
  }

  #next(state: StageState, instruction: Instruction, position: number): Promise<StageState> {
    this.#session.signal.throwIfAborted();
    const replacement = this.#patchAt(instruction, 'instead');
    if (replacement !== undefined) {
      const work = (): Promise<StageState> => patched(this.#session, state, replacement);
      return this.#told(instruction, work, { before: state, replaced: true });
    }
    const work = async (): Promise<StageState> => {
      this.#keep(instruction, 'before', state);
      try {
        return await this.#step(state, instruction, position);
      } catch (error) {
        if (error instanceof StepFailed) this.#keepLeft(instruction, state, error);
        throw error;
      }
    };
    return this.#told(instruction, work, { before: state });
  }

  #patchAt(instruction: Instruction, place: BuildPatch['place']): BuildPatch | undefined {
    return patchAt(this.#session, this.#placeOf(instruction), place);
  }

  #keep(instruction: Instruction, side: ShellSide, state: StageState): void {
    const place = this.#placeOf(instruction);
    if (place !== undefined) this.#session.keep(place, side, environmentOf(this.#session, state, instruction));
  }

  /** In the cache under a name that no step has: it goes when the cache does. */
  #keepLeft(instruction: Instruction, state: StageState, { left }: StepFailed): void {
    if (left !== undefined) new StepCache(this.#session.parts.images).store(`failed-${randomUUID()}`, left);
    this.#keep(instruction, 'after', left === undefined ? state : { ...state, layers: [...state.layers, left] });
  }

  /** @param before what the step changes; nothing before FROM. @param replaced whether somebody did the step's work by hand. */
  async #told(
    instruction: Instruction,
    work: () => Promise<StageState>,
    { before, replaced = false }: { readonly before?: StageState; readonly replaced?: boolean } = {},
  ): Promise<StageState> {
    const { tell } = this.#session;
    const step = this.#placeOf(instruction);
    if (step !== undefined) tell({ kind: 'begin', step });
    const begun = performance.now();
    try {
      const state = await work();
      if (step === undefined) return state;
      const isPlain = !['RUN', 'COPY', 'ADD'].includes(instruction.keyword);
      if (replaced) tell({ kind: 'verdict', step, verdict: { kind: 'replaced' } });
      else if (isPlain) tell({ kind: 'verdict', step, verdict: { kind: 'plain' } });
      const isMore = before !== undefined && state.layers.length > before.layers.length;
      const diffId = isMore ? state.layers.at(-1)?.diffId : undefined;
      tell({ kind: 'end', step, stateId: stateId(state), diffId, durationMs: performance.now() - begun });
      return state;
    } catch (error) {
      throw atLine(error, instruction);
    }
  }

  async #begin(): Promise<StageState> {
    const { file, scope, request, verdicts } = this.#session;
    const { from, index } = this.#stage;
    const name = expand(from.image, { escape: file.directives.escape, variables: scope.names }).text;
    if (name === '') throw new DockerfileError(`base name (${from.image}) should not be blank`);
    const named = request.contexts?.get(name);
    if (named !== undefined && named.kind !== 'image') return this.#beginFrom(await this.#tree(name));
    const other = named === undefined ? namedStage(file.stages, name, index) : undefined;
    if (other !== undefined) {
      const state = await this.#stageOf(other);
      verdicts.inherit(this.#name, stageName(other));
      return { ...state, args: new Map(), hasOwnCommand: false };
    }
    const platform = stagePlatform(this.#session, this.#stage);
    if (name === 'scratch' && named === undefined) return scratch({ platform }).state;
    const base = await this.#image(named?.reference ?? name, platform);
    verdicts.base(this.#spot(from, 0), name, base.id ?? '');
    return base.state;
  }

  /** A folder in the place of an image is its one layer, as BuildKit has it. */
  async #beginFrom(tree: SourceTree): Promise<StageState> {
    const { from } = this.#stage;
    const { state } = scratch({ platform: stagePlatform(this.#session, this.#stage) });
    const below = StackSource.empty(this.#session.parts.images.layers, 'nothing');
    const items = await planCopy({ tree, below, sources: ['/'], destination: '/', owner: undefined });
    return this.#row(state, from.text, items.length === 0 ? undefined : await plainLayer(this.#session, items));
  }

  /** ONBUILD of the image that the stage begins from. */
  #triggered(triggers: readonly string[]): readonly Instruction[] {
    return triggers.flatMap((text) => {
      const { errors, instructions } = parseDockerfile(`FROM scratch\n${text}`);
      const [first] = errors;
      if (first !== undefined)
        throw atLine(new DockerfileError(`ONBUILD of the base image: ${first.message}`), this.#stage.from);
      const { line, endLine } = this.#stage.from;
      return instructions.slice(1).map((instruction) => ({ ...instruction, line, endLine }));
    });
  }

  async #step(state: StageState, instruction: Instruction, position: number): Promise<StageState> {
    const { scope, file } = this.#session;
    switch (instruction.keyword) {
      case 'FROM':
        return state;
      case 'ARG':
        return this.#row(
          instruction.arguments.reduce((now, argument) => scope.declare(now, argument), state),
          instruction.text,
        );
      case 'RUN':
        return this.#run(state, instruction, position);
      case 'COPY':
      case 'ADD':
        return this.#copy(state, instruction, position);
      case 'WORKDIR':
        return this.#workdir(changeConfig(state, instruction, file.directives.escape), instruction);
      default:
        return this.#row(changeConfig(state, instruction, file.directives.escape), instruction.text);
    }
  }

  async #run(state: StageState, instruction: Run, position: number): Promise<StageState> {
    const plan = await runPlan(this.#session, { state, instruction }, (from) => this.#tree(from));
    const { inputs, key, words } = plan;
    const result = await this.#cached(instruction, position, { inputs, key, make: (work) => plan.make(work) });
    const args = [...state.args].map(([name, value]) => `${name}=${value} `).join('');
    const prefix = args === '' ? '' : `|${state.args.size} ${args}`;
    return this.#row(state, `RUN ${prefix}${words.join(' ')}`, result);
  }

  async #copy(state: StageState, instruction: Add | Copy, position: number): Promise<StageState> {
    const { parts, file, aside, epoch } = this.#session;
    const from = instruction.keyword === 'COPY' ? instruction.flags.from : undefined;
    const expander = expanderOf(state, file.directives.escape);
    const tree = await this.#tree(from);
    const { items, inputs, digest } = await copyPlan(instruction, {
      images: parts.images,
      state,
      expander,
      tree,
      aside,
    });
    const result = await this.#cached(instruction, position, {
      inputs,
      key: copyKey(digest, epoch),
      make: async (work) => {
        if (items.length === 0) return undefined;
        const layer = await storeStep(parts.images, copyTar(items, epoch), work);
        if (tree.hasChanged === true) work.doubt();
        return layer;
      },
    });
    return this.#row(state, instruction.text, result);
  }

  /** The directory is made where there is none. */
  async #workdir(state: StageState, instruction: ConfigInstruction): Promise<StageState> {
    const { parts, epoch } = this.#session;
    const below = await StackSource.open(parts.images.layers, diffIdsOf(state), 'the stage');
    const { path, existing } = await resolveTarget(below, workdirOf(state));
    if (existing !== undefined) return this.#row(state, instruction.text);
    const directories = [...directoriesAbove(path), path].map((each) =>
      asItWas(below, directoryItem(each, { mtime: epoch ?? 0 })),
    );
    const items = await Promise.all(directories);
    // Its directories have no times of their own, and so neither has the step.
    const { layer } = await plainLayer(this.#session, items);
    return this.#row(state, instruction.text, { layer, madeAt: 0 });
  }

  async #cached(
    instruction: Instruction,
    position: number,
    step: Pick<Parameters<typeof cachedStep>[1], 'inputs' | 'key' | 'make'>,
  ): Promise<StepResult> {
    const spot = this.#spot(instruction, position);
    const hidden = {
      number: 0,
      total: 0,
      stage: this.#name,
      text: instruction.text,
      line: instruction.line,
      endLine: instruction.endLine,
    };
    return cachedStep(this.#session, { ...step, spot, place: this.#placeOf(instruction) ?? hidden });
  }

  /** A named stage, a stage's number, an image, or the build context. */
  async #tree(from: string | undefined): Promise<SourceTree> {
    if (from === undefined) return this.#session.request.context;
    return namedSource(from, {
      ...this.#session,
      index: this.#stage.index,
      stageOf: this.#stageOf,
      imageOf: async (name) => (await this.#image(name, this.#session.request.platform)).state,
    });
  }

  async #image(name: string, platform: Platform | undefined): Promise<BaseImage> {
    const { request, parts, lease, signal, tell, materials } = this.#session;
    const notice = (message: string): void => tell({ kind: 'notice', message });
    const base = await baseImage(parts.images, name, { ...request, platform }, { lease, signal, notice });
    materials.note(imageMaterial(parts.database, name, base));
    return base;
  }

  #spot(instruction: Instruction, position: number): StepSpot {
    return { stage: this.#name, position, text: instruction.text, line: instruction.line };
  }

  /** One more row of history; one that changed no file says so. */
  #row(state: StageState, createdBy: string, result?: StepResult): StageState {
    const { epoch } = this.#session;
    const before = state.history.at(-1)?.created ?? new Date(0).toISOString();
    const madeAt = result === undefined || result.madeAt === 0 ? before : new Date(result.madeAt).toISOString();
    const created = epoch === undefined ? madeAt : new Date(epoch * 1000).toISOString();
    const layer = result?.layer;
    const row: HistoryRow = {
      created,
      created_by: createdBy,
      ...(layer === undefined ? { empty_layer: true as const } : {}),
    };
    return {
      ...state,
      history: [...state.history, row],
      layers: layer === undefined ? state.layers : [...state.layers, layer],
    };
  }
}

/** A failure of the file's own says at which line. */
function atLine(error: unknown, { line, text }: Pick<Instruction, 'line' | 'text'>): unknown {
  if (!(error instanceof DockerfileError) || /^line \d+:/.test(error.message)) return error;
  return new DockerfileError(`line ${line}: ${error.message} (${text})`, { cause: error });
}
