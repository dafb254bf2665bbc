import type { BuildRecord, BuildStep } from '#engine/contract/build.ts';
import type { DockerfileOutline } from '#engine/contract/dockerfile.ts';

/** A step of the Dockerfile, and what has become of it so far. */
export interface PlannedStep extends BuildStep {
  /** Its stage and line: a step that waits has no number yet. */
  readonly key: string;
  /** Keys of steps whose end it waits for, but the one above it. */
  readonly needs: readonly string[];
}

export interface PlannedStage {
  readonly name: string;
  /** What it begins from, as written. */
  readonly image: string;
  readonly steps: readonly PlannedStep[];
}

/**
 * The stages that a build needs, with those of their steps that are yet to come. A build for several platforms has
 * each stage once for each (`linux/arm64 build`).
 */
export function planOf(outline: DockerfileOutline, record: BuildRecord): readonly PlannedStage[] {
  const needed = neededStages(outline, record.target);
  return prefixesOf(record.steps).flatMap((prefix) => {
    const known = new Map(record.steps.map((step) => [keyOf(step.stage, step.line), step]));
    return needed.map((at) => {
      const { name = '', image = '', steps = [] } = outline.stages[at] ?? {};
      const stage = `${prefix}${name}`;
      return {
        name: stage,
        image,
        steps: steps.map(({ text, line, endLine, needs }) => ({
          ...(known.get(keyOf(stage, line)) ?? { number: 0, stage, text, line, endLine, state: 'waiting', log: '' }),
          key: keyOf(stage, line),
          needs: needs.flatMap((other) => lastOf(outline, other, prefix)),
        })),
      };
    });
  });
}

/** What is told of a build whose Dockerfile can't be read any more. */
export function plainPlan({ steps }: BuildRecord): readonly PlannedStage[] {
  const names = [...new Set(steps.map(({ stage }) => stage))];
  return names.map((name) => ({
    name,
    image: '',
    steps: steps
      .filter(({ stage }) => stage === name)
      .map((step) => ({ ...step, key: keyOf(step.stage, step.line), needs: [] })),
  }));
}

function keyOf(stage: string, line: number): string {
  return `${stage}:${line}`;
}

/** With several platforms a stage's name begins with one. */
function prefixesOf(steps: readonly BuildStep[]): readonly string[] {
  const found = new Set(steps.map(({ stage }) => stage.slice(0, stage.lastIndexOf(' ') + 1)));
  return found.size === 0 ? [''] : [...found];
}

/** In the order of the file. */
function neededStages({ stages }: DockerfileOutline, target: string | undefined): readonly number[] {
  const wanted = stages.findLastIndex(({ name }) => name === target?.toLowerCase());
  const last = wanted >= 0 ? wanted : Number(target ?? stages.length - 1);
  const needed = new Set<number>();
  const visit = (at: number): void => {
    if (needed.has(at)) return;
    needed.add(at);
    for (const step of stages[at]?.steps ?? []) step.needs.forEach(visit);
  };
  visit(last);
  return [...stages.keys()].filter((at) => needed.has(at));
}

function lastOf({ stages }: DockerfileOutline, at: number, prefix: string): readonly string[] {
  const { name = '', steps = [] } = stages[at] ?? {};
  const last = steps.at(-1);
  return last === undefined ? [] : [keyOf(`${prefix}${name}`, last.line)];
}

/** The steps that the build's end waited for, one after the other: shortening any other one would have saved nothing. */
export function criticalPath(stages: readonly PlannedStage[]): readonly PlannedStep[] {
  const steps = new Map(stages.flatMap(({ steps: own }) => own.map((step) => [step.key, step])));
  const above = new Map(stages.flatMap(({ steps: own }) => own.slice(1).map((step, at) => [step.key, own[at]])));
  const path: PlannedStep[] = [];
  let last = latest([...steps.values()]);
  while (last !== undefined && !path.includes(last)) {
    path.unshift(last);
    last = latest(
      [above.get(last.key), ...last.needs.map((key) => steps.get(key))].filter((step) => step !== undefined),
    );
  }
  return path;
}

/** The one that ended last. */
function latest(steps: readonly PlannedStep[]): PlannedStep | undefined {
  const ended = steps.filter((step) => endOf(step) !== undefined);
  return ended.toSorted((one, other) => (endOf(one) ?? 0) - (endOf(other) ?? 0)).at(-1);
}

function endOf({ startedMs, durationMs }: PlannedStep): number | undefined {
  return startedMs === undefined || durationMs === undefined ? undefined : startedMs + durationMs;
}
