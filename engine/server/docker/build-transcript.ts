import type { BuildEvent } from '#engine/build/build-event.ts';
import { reasonText } from '#engine/contract/build-words.ts';
import type { CacheVerdict } from '#engine/contract/build.ts';

interface Told {
  readonly texts: string[];
  isOver: boolean;
}

/**
 * What Docker's classic builder prints, step after step: of steps that run side by side those further down wait until
 * it is their turn.
 */
export class BuildTranscript {
  readonly #steps = new Map<number, Told>();
  #turn = 1;

  /** @returns what is to be printed now. */
  add(event: BuildEvent): readonly string[] {
    if (event.kind === 'notice') return [`${event.message}\n`];
    const { number } = event.step;
    if (number === 0) return [];
    const told = this.#steps.get(number) ?? { texts: [], isOver: false };
    this.#steps.set(number, told);
    told.texts.push(...textsOf(event));
    if (event.kind === 'end') told.isOver = true;
    return this.#ready();
  }

  #ready(): readonly string[] {
    const texts: string[] = [];
    for (;;) {
      const told = this.#steps.get(this.#turn);
      if (told === undefined) return texts;
      texts.push(...told.texts.splice(0));
      if (!told.isOver) return texts;
      this.#turn += 1;
    }
  }
}

function textsOf(event: Exclude<BuildEvent, { readonly kind: 'notice' }>): readonly string[] {
  switch (event.kind) {
    case 'begin': {
      const { number, total, text } = event.step;
      return [`Step ${number}/${total} : ${text}\n`];
    }
    case 'verdict':
      return verdictTexts(event.verdict);
    case 'output':
      return [event.text];
    case 'end':
      return [` ---> ${event.stateId.slice('sha256:'.length, 'sha256:'.length + 12)}\n`];
  }
}

function verdictTexts(verdict: CacheVerdict): readonly string[] {
  if (verdict.kind === 'hit') return [' ---> Using cache\n'];
  if (verdict.kind === 'plain') return [];
  if (verdict.kind === 'replaced') return [' ---> Replaced by what a shell made\n'];
  const reason = verdict.reasons.find(({ kind }) => kind !== 'new' && kind !== 'disabled');
  return reason === undefined ? [] : [` ---> Not cached: ${reasonText(reason)}\n`];
}
