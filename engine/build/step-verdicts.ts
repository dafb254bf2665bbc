import type { CacheVerdict, MissReason } from '#engine/contract/build.ts';
import type { Database } from '#engine/metadata/database.ts';

import {
  differences,
  earlierSteps,
  inputsOf,
  sameStep,
  storeInputs,
  type EarlierStep,
  type StepInputs,
} from './step-inputs.ts';

/** Where a step is. */
export interface StepSpot {
  readonly stage: string;
  readonly position: number;
  readonly text: string;
  readonly line: number;
}

/** Compares each step of a build with what it was in the one before, and remembers it for the next. */
export class StepVerdicts {
  readonly #database: Database;
  readonly #project: string;
  readonly #isOff: boolean;
  readonly #earlier: readonly EarlierStep[];
  readonly #now: EarlierStep[] = [];
  /** The first step of each stage that was built anew, by its line. */
  readonly #missed = new Map<string, number>();
  readonly #bases = new Map<string, MissReason>();

  constructor(database: Database, { project, noCache }: { readonly project: string; readonly noCache: boolean }) {
    this.#database = database;
    this.#project = project;
    this.#isOff = noCache;
    this.#earlier = earlierSteps(database, project);
  }

  /** What a stage begins from: a tag may lead elsewhere than before. */
  base(spot: StepSpot, image: string, now: string): void {
    const inputs = { instruction: '', variables: {}, files: {}, settings: { base: now } };
    const earlier = sameStep(this.#earlier, spot);
    const before = earlier === undefined ? undefined : inputsOf(earlier).settings['base'];
    if (before !== undefined && before !== now) this.#bases.set(spot.stage, { kind: 'base', image, before, now });
    this.#now.push({ ...spot, inputs: JSON.stringify(inputs) });
  }

  /** A stage that begins from another goes on with what was built anew there. */
  inherit(stage: string, from: string): void {
    const line = this.#missed.get(from);
    if (line !== undefined) this.#missed.set(stage, line);
  }

  hit(spot: StepSpot, inputs: StepInputs): CacheVerdict {
    this.#now.push({ ...spot, inputs: JSON.stringify(inputs) });
    return { kind: 'hit' };
  }

  /** @param isCollected whether what it made was there once. */
  missed(spot: StepSpot, inputs: StepInputs, isCollected: boolean): CacheVerdict {
    this.#now.push({ ...spot, inputs: JSON.stringify(inputs) });
    const reasons = this.#reasons(spot, inputs, isCollected);
    if (!this.#missed.has(spot.stage)) this.#missed.set(spot.stage, spot.line);
    return { kind: 'missed', reasons: [...reasons] };
  }

  /** For the next build to be compared with. What this one didn't come to is as it was. */
  store(): void {
    storeInputs(this.#database, { project: this.#project, before: this.#earlier, now: this.#now });
  }

  #reasons(spot: StepSpot, inputs: StepInputs, isCollected: boolean): readonly MissReason[] {
    if (this.#isOff) return [{ kind: 'disabled' }];
    const earlier = sameStep(this.#earlier, spot);
    if (earlier === undefined) return [{ kind: 'new' }];
    const before = inputsOf(earlier);
    const found = [...this.#fromBelow(spot, before, inputs), ...differences(before, inputs)];
    if (found.length > 0) return found;
    return [{ kind: isCollected ? 'collected' : 'new' }];
  }

  #fromBelow({ stage }: StepSpot, before: StepInputs, now: StepInputs): readonly MissReason[] {
    if (before.below === now.below) return [];
    const base = this.#bases.get(stage);
    const line = this.#missed.get(stage);
    if (line !== undefined) return [{ kind: 'above', line }];
    return base === undefined ? [] : [base];
  }
}
