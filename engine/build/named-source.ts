import type { Stage } from '#engine/dockerfile/instruction.ts';

import type { BuildRequest } from './build-request.ts';
import type { BuildSession } from './build-session.ts';
import type { SourceTree } from './source-tree.ts';
import { StackSource } from './stack-source.ts';
import { findStage } from './stage-graph.ts';
import { diffIdsOf, type StageState } from './stage-state.ts';

interface NamedSource extends Pick<BuildSession, 'parts' | 'file' | 'aside'> {
  readonly request: Pick<BuildRequest, 'contexts'>;
  /** Stages before this one may be named. */
  readonly index: number;
  readonly stageOf: (stage: Stage) => Promise<Pick<StageState, 'layers'>>;
  readonly imageOf: (name: string) => Promise<Pick<StageState, 'layers'>>;
}

/** What a `from` names: a build context, a stage by its name or number, or an image. */
export async function namedSource(from: string, source: NamedSource): Promise<SourceTree> {
  const { request, file, parts, aside, index, stageOf, imageOf } = source;
  const named = request.contexts?.get(from);
  if (named?.kind === 'tree') return named.tree;
  if (named !== undefined && named.kind !== 'image') return aside.remote(named);
  const { layers } = parts.images;
  const stage = named === undefined ? findStage(file.stages, from, index) : undefined;
  if (stage !== undefined)
    return StackSource.open(layers, diffIdsOf(await stageOf(stage)), `stage ${stageName(stage)}`);
  return StackSource.open(layers, diffIdsOf(await imageOf(named?.reference ?? from)), `image ${from}`);
}

export function stageName({ from, index }: Stage): string {
  return from.name?.toLowerCase() ?? `${index}`;
}
