import { stripVTControlCharacters, styleText } from 'node:util';

import { hintFor } from '#engine/contract/build-hint.ts';
import { reasonText } from '#engine/contract/build-words.ts';
import type { BuildNews, CacheVerdict } from '#engine/contract/build.ts';

import { cut, widthOf } from './live-block.ts';

type StepNews = Extract<BuildNews, { readonly kind: 'begin' }>['step'];

interface Shown {
  readonly step: StepNews;
  /** `performance.now()`. */
  readonly begun: number;
  readonly verdict?: CacheVerdict;
  readonly durationMs?: number;
  /** The last lines, the last of them perhaps without its end. */
  readonly log: readonly string[];
}

export interface DisplaySize {
  readonly columns: number;
  readonly rows: number;
}

const LOG_LINES = 6;
/** Of a step that failed, said beneath everything. */
const KEPT_LINES = 40;

/** A build as a terminal shows it: its steps, the last lines of those that run, and how long each took. */
export class BuildDisplay {
  readonly #steps = new Map<number, Shown>();
  readonly #notices: string[] = [];
  readonly #begun: number;
  readonly #hasColours: boolean;
  #total = 0;

  constructor({ now, hasColours }: { readonly now: number; readonly hasColours: boolean }) {
    this.#begun = now;
    this.#hasColours = hasColours;
  }

  add(news: BuildNews, now: number): void {
    if (news.kind === 'notice') this.#notices.push(plain(news.message));
    if (!('step' in news) || news.step.number === 0) return;
    const { step } = news;
    this.#total = Math.max(this.#total, step.total);
    const known = this.#steps.get(step.number) ?? { step, begun: now, log: [] };
    this.#steps.set(step.number, { ...known, ...changeOf(news, known) });
  }

  /** As it is now, in no more lines than there is room for: finished steps give way first, then logs. */
  lines(now: number, { columns, rows }: DisplaySize): readonly string[] {
    const head = this.#head(now);
    const blocks = [...this.#steps.values()].map((shown) => ({
      isOver: shown.durationMs !== undefined,
      step: this.#stepLine(shown, now, columns),
      log: shown.durationMs === undefined ? this.#logLines(shown, columns) : [],
    }));
    const running = blocks.filter(({ isOver }) => !isOver);
    const room = Math.max(0, rows - 1 - running.length);
    const logRoom = Math.floor(room / Math.max(1, running.length));
    const body = running.flatMap(({ step, log }) => [step, ...log.slice(-Math.min(LOG_LINES, logRoom) || log.length)]);
    const over = blocks.filter(({ isOver }) => isOver).map(({ step }) => step);
    const left = Math.max(0, rows - 1 - body.length);
    return [head, ...(left === 0 ? [] : over.slice(-left)), ...body].slice(0, rows);
  }

  /** All of it, when the build is over. */
  whole(now: number, columns: number): readonly string[] {
    const steps = [...this.#steps.values()].flatMap((shown) => [
      this.#stepLine(shown, now, columns),
      ...[...reasonsOf(shown.verdict), ...this.#hint(shown)].map((told) => this.#style('dim', ` => => ${told}`)),
    ]);
    return [this.#head(now), ...this.#notices, ...steps, ...this.#failedLog()];
  }

  #hint(shown: Shown): readonly string[] {
    const hint = hintFor(judged(shown), [...this.#steps.values()].map(judged));
    if (hint === undefined) return [];
    const lines = `line${hint.lines.length === 1 ? '' : 's'} ${hint.lines.join(', ')}`;
    return [`so ${lines} ran again (${seconds(hint.lostMs)}): above this line, what needs none of these files is kept`];
  }

  #failedLog(): readonly string[] {
    const failed = [...this.#steps.values()].filter(
      ({ durationMs, log }) => durationMs === undefined && log.length > 0,
    );
    return failed.flatMap(({ step, log }) => [
      '------',
      ` > [${step.stage} ${step.number}/${step.total}] ${plain(step.text)}:`,
      ...log.filter((line, at) => line !== '' || at < log.length - 1),
      '------',
    ]);
  }

  #head(now: number): string {
    const over = [...this.#steps.values()].filter(({ durationMs }) => durationMs !== undefined).length;
    return `[+] Building ${seconds(now - this.#begun)} (${over}/${this.#total})`;
  }

  #stepLine({ step, begun, verdict, durationMs }: Shown, now: number, columns: number): string {
    const time = seconds(durationMs ?? now - begun);
    const cached = verdict?.kind === 'hit' ? 'CACHED ' : '';
    const text = ` => ${cached}[${step.stage} ${step.number}/${step.total}] ${plain(step.text)}`;
    const room = Math.max(10, columns - 1 - time.length - 1);
    const shown = cut(text, room);
    const line = `${shown}${' '.repeat(Math.max(1, room - widthOf(shown) + 1))}${time}`;
    if (verdict?.kind === 'hit') return this.#style('cyan', line);
    return durationMs === undefined ? line : this.#style('blue', line);
  }

  #logLines({ log }: Shown, columns: number): readonly string[] {
    const written = log.at(-1) === '' ? log.slice(0, -1) : log;
    return written.slice(-LOG_LINES).map((line) => this.#style('dim', cut(` => => ${line}`, columns - 1)));
  }

  #style(style: 'dim' | 'cyan' | 'blue', text: string): string {
    return this.#hasColours ? styleText(style, text, { validateStream: false }) : text;
  }
}

function changeOf(news: BuildNews, { log }: Shown): Partial<Shown> {
  if (news.kind === 'verdict') return { verdict: news.verdict };
  if (news.kind === 'end') return { durationMs: news.durationMs };
  if (news.kind !== 'output') return {};
  const lines = ((log.at(-1) ?? '') + news.text).split('\n').map(lastOf);
  return { log: [...log.slice(0, -1), ...lines].slice(-KEPT_LINES) };
}

/** What a line that was written over by carriage returns came to. */
function lastOf(line: string): string {
  return plain(line.replace(/\r$/, '').split('\r').at(-1) ?? '');
}

/** Nothing that a step prints moves the cursor or colours the rest. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  return stripVTControlCharacters(text).replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, ' ');
}

function judged({ step, verdict, durationMs }: Shown): Parameters<typeof hintFor>[0] {
  return { ...step, verdict, durationMs };
}

function reasonsOf(verdict: CacheVerdict | undefined): readonly string[] {
  if (verdict?.kind !== 'missed') return [];
  const told = verdict.reasons.filter(({ kind }) => kind !== 'new' && kind !== 'disabled');
  return told.map((reason) => `not cached: ${plain(reasonText(reason))}`);
}

function seconds(ms: number): string {
  return `${(Math.max(0, ms) / 1000).toFixed(1)}s`;
}
