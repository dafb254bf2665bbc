import type { BuildNews } from '#engine/contract/build.ts';
import { reasonText } from '#engine/contract/build-words.ts';

/** What a build tells, line by line: each with its step's number, since stages go side by side. */
export class BuildPrinter {
  /** Of output without a line's end yet, by step. */
  readonly #rest = new Map<number, string>();

  /** @returns whole lines. */
  add(news: BuildNews): string {
    switch (news.kind) {
      case 'notice':
        return `${news.message}\n`;
      case 'done':
        return '';
      case 'begin':
        return `#${news.step.number} [${news.step.stage} ${news.step.number}/${news.step.total}] ${news.step.text}\n`;
      case 'verdict':
        return this.#verdict(news);
      case 'output':
        return this.#output(news.step.number, news.text);
      case 'end': {
        const { number } = news.step;
        const rest = this.#rest.get(number) ?? '';
        this.#rest.delete(number);
        const seconds = (news.durationMs / 1000).toFixed(1);
        return `${rest === '' ? '' : `#${number} ${rest}\n`}#${number} DONE ${seconds}s\n`;
      }
    }
  }

  #verdict({ step, verdict }: Extract<BuildNews, { readonly kind: 'verdict' }>): string {
    if (verdict.kind === 'hit') return `#${step.number} CACHED\n`;
    if (verdict.kind === 'plain') return '';
    if (verdict.kind === 'replaced') return `#${step.number} REPLACED by what a shell made\n`;
    const told = verdict.reasons.filter(({ kind }) => kind !== 'new' && kind !== 'disabled');
    return told.map((reason) => `#${step.number} not cached: ${reasonText(reason)}\n`).join('');
  }

  #output(number: number, text: string): string {
    const lines = ((this.#rest.get(number) ?? '') + text).split('\n');
    this.#rest.set(number, lines.pop() ?? '');
    return lines.map((line) => `#${number} ${line}\n`).join('');
  }
}
