import type { LayerProgress } from '#engine/contract/image.ts';
import type { Job } from '#engine/contract/job.ts';

import type { Verification } from '#engine/contract/verification.ts';

import { formatBytes } from './format.ts';
import { LiveBlock, type Screen } from './live-block.ts';

const BAR_WIDTH = 24;

/** Draws a job in place on a terminal; elsewhere says each new stage once, a line each. */
export class ProgressPrinter {
  readonly #screen: Screen;
  readonly #block: LiveBlock;
  #lines: readonly string[] = [];
  #lastStatus = '';
  #toldOutput: readonly string[] = [];

  constructor(screen: Screen) {
    this.#screen = screen;
    this.#block = new LiveBlock(screen);
  }

  show(job: Job): void {
    if (this.#screen.isTTY !== true) return this.#tell(job);
    this.#lines = jobLines(job);
    this.#block.draw(this.#lines);
  }

  /** What comes next stands beneath. */
  end(): void {
    if (this.#screen.isTTY === true) this.#block.settle(this.#lines);
    this.#lines = [];
  }

  #tell({ progress, output = [] }: Job): void {
    const status = progress?.status ?? '';
    if (status !== '' && status !== this.#lastStatus) this.#screen.write(`${status}\n`);
    this.#lastStatus = status || this.#lastStatus;
    for (const line of newLines(this.#toldOutput, output)) this.#screen.write(`${line}\n`);
    this.#toldOutput = output;
  }
}

/** The lines that came since; the list is cut at its beginning when it is long. */
function newLines(told: readonly string[], lines: readonly string[]): readonly string[] {
  const last = told.at(-1);
  const from = last === undefined ? -1 : lines.lastIndexOf(last);
  return lines.slice(from + 1);
}

const SHOWN_OUTPUT = 5;

export function jobLines({ progress, output = [], verification, state }: Job): string[] {
  const stage = state === 'running' ? progress?.status : undefined;
  return [
    ...(progress?.layers ?? []).map(layerLine),
    ...(verification === undefined ? [] : [verificationLine(verification)]),
    ...output.slice(-SHOWN_OUTPUT),
    ...(stage === undefined ? [] : [stage]),
  ];
}

function verificationLine({ checked, total, checkedBytes, totalBytes }: Verification): string {
  return `${checked} of ${total} read again, ${formatBytes(checkedBytes)} of ${formatBytes(totalBytes)}`;
}

function layerLine({ digest, state, current, total }: LayerProgress): string {
  const name = digest.replace(/^sha256:/, '').slice(0, 12);
  const isMoving = state === 'downloading' || state === 'unpacking' || state === 'pushing';
  if (!isMoving || total <= 0) return `${name}  ${state}`;
  const filled = Math.min(BAR_WIDTH, Math.round((current / total) * BAR_WIDTH));
  const bar = '█'.repeat(filled) + '·'.repeat(BAR_WIDTH - filled);
  return `${name}  ${state.padEnd(12)} ${bar} ${formatBytes(current)} of ${formatBytes(total)}`;
}
