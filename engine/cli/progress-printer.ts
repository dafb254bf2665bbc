import type { LayerProgress } from '#engine/contract/image.ts';
import type { Job } from '#engine/contract/job.ts';

import type { Verification } from '#engine/contract/verification.ts';

import { formatBytes } from './format.ts';

/** The part of a terminal's stream that is needed here. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): void;
}

const BAR_WIDTH = 24;

/** Draws a job in place on a terminal; elsewhere says each new stage once, a line each. */
export class ProgressPrinter {
  readonly #screen: Screen;
  #drawnLines = 0;
  #lastStatus = '';
  #toldOutput: readonly string[] = [];

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  show(job: Job): void {
    if (this.#screen.isTTY === true) this.#draw(jobLines(job));
    else this.#tell(job);
  }

  end(): void {
    this.#drawnLines = 0;
  }

  #draw(lines: readonly string[]): void {
    const width = this.#screen.columns ?? 80;
    // What has scrolled off can't be drawn over again.
    const shown = lines.slice(-Math.max(1, (this.#screen.rows ?? 24) - 1));
    const up = this.#drawnLines > 0 ? `\u001B[${this.#drawnLines}A\r\u001B[J` : '';
    this.#screen.write(up + shown.map((line) => `${line.slice(0, width - 1)}\n`).join(''));
    this.#drawnLines = shown.length;
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
