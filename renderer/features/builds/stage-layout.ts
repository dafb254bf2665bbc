import { type EdgeConfig, graphlib, type GraphLabel, layout, type NodeConfig } from '@dagrejs/dagre';

import type { PlannedStage } from './build-plan.ts';

export const CARD_WIDTH = 264;
export const HEAD_HEIGHT = 44;
export const ROW_HEIGHT = 27;

export interface PlacedStage {
  readonly stage: PlannedStage;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** From the end of a stage to the step that takes something from it. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** As `d` of an SVG path has it. */
  readonly path: string;
}

export interface StageGraphLayout {
  readonly width: number;
  readonly height: number;
  readonly stages: readonly PlacedStage[];
  readonly arrows: readonly Arrow[];
}

const MARGIN = 16;

/** Stages from the left to the right, each behind those that it needs. Sizes in pixels. */
export function layOut(stages: readonly PlannedStage[]): StageGraphLayout {
  const graph = new graphlib.Graph<GraphLabel, NodeConfig & Partial<Point>, EdgeConfig>();
  graph.setGraph({ rankdir: 'LR', nodesep: 24, ranksep: 56, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name, steps } of stages)
    graph.setNode(name, { width: CARD_WIDTH, height: HEAD_HEIGHT + steps.length * ROW_HEIGHT });
  const owners = new Map(stages.flatMap(({ name, steps }) => steps.map(({ key }) => [key, name])));
  for (const { name, steps } of stages)
    for (const need of steps.flatMap(({ needs }) => needs)) graph.setEdge(owners.get(need) ?? name, name);
  layout(graph);
  const placed = stages.map((stage) => {
    const { x = 0, y = 0, height = 0 } = graph.node(stage.name);
    return { stage, x: x - CARD_WIDTH / 2, y: y - height / 2, height };
  });
  const { width = 0, height = 0 } = graph.graph();
  return { width, height, stages: placed, arrows: arrowsOf(placed) };
}

function arrowsOf(placed: readonly PlacedStage[]): readonly Arrow[] {
  const rows = new Map(
    placed.flatMap(({ stage, x, y }) =>
      stage.steps.map(({ key }, at) => [key, { x, y: y + HEAD_HEIGHT + (at + 0.5) * ROW_HEIGHT }]),
    ),
  );
  return placed.flatMap(({ stage }) =>
    stage.steps.flatMap(({ key, needs }) =>
      needs.flatMap((need) => {
        const [from, to] = [rows.get(need), rows.get(key)];
        return from === undefined || to === undefined ? [] : { from: need, to: key, path: curve(from, to) };
      }),
    ),
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function curve(from: Point, to: Point): string {
  const start = from.x + CARD_WIDTH;
  const bend = Math.max(24, (to.x - start) / 2);
  return `M${start} ${from.y}C${start + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
}
