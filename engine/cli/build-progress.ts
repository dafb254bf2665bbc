import type { BuildNews } from '#engine/contract/build.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { BuildDisplay } from './build-display.ts';
import { BuildPrinter } from './build-printer.ts';
import { LiveBlock, type Screen } from './live-block.ts';
import type { ProgressKind } from './progress-kinds.ts';

/** Whoever shows a build's news, until it is disposed of. */
export interface BuildProgress extends Disposable {
  add(news: BuildNews): void;
}

/** A terminal as Node has it. */
export interface Terminal extends Screen {
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `auto` draws on a terminal and writes lines elsewhere; `json` writes each piece of news as a line.
 * @throws EngineError where something is to be drawn on what is no terminal.
 */
export function openProgress(kind: ProgressKind, screen: Terminal, env: Environment): BuildProgress {
  const isTerminal = screen.isTTY === true && env['TERM'] !== 'dumb';
  if (kind === 'tty' && screen.isTTY !== true)
    throw new EngineError('invalid-argument', 'There is no terminal to draw on; write --progress plain.');
  if (kind === 'tty' || (kind === 'auto' && isTerminal)) return new DrawnProgress(screen, !hasNoColour(env));
  const printer = new BuildPrinter();
  const line = (news: BuildNews): string => (kind === 'json' ? `${JSON.stringify(news)}\n` : printer.add(news));
  return { add: (news) => screen.write(line(news)), [Symbol.dispose]: () => undefined };
}

/** no-color.org: set and not empty. */
function hasNoColour(env: Environment): boolean {
  return (env['NO_COLOR'] ?? '') !== '';
}

/** Between two pictures: news comes much faster than anybody reads. */
const PACE_MS = 100;

class DrawnProgress implements BuildProgress {
  readonly #screen: Terminal;
  readonly #block: LiveBlock;
  readonly #display: BuildDisplay;
  readonly #timer: NodeJS.Timeout;
  readonly #draw = (): void => {
    const { columns, room } = this.#block;
    this.#block.draw(this.#display.lines(performance.now(), { columns, rows: room }));
  };

  constructor(screen: Terminal, hasColours: boolean) {
    this.#screen = screen;
    this.#block = new LiveBlock(screen);
    this.#display = new BuildDisplay({ now: performance.now(), hasColours });
    // Also of a build that is silent: its seconds go on.
    this.#timer = setInterval(this.#draw, PACE_MS);
    screen.on('resize', this.#draw);
  }

  add(news: BuildNews): void {
    this.#display.add(news, performance.now());
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#screen.off('resize', this.#draw);
    this.#block.settle(this.#display.whole(performance.now(), this.#block.columns));
  }
}
