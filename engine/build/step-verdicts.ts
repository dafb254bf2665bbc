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
  type StepNow,
} from './step-inputs.ts';

/** Where a step is. */
export interface StepSpot {
  readonly stage: string;
  readonly position: number;
  readonly text: string;
  readonly line: number;
}

/** What went into a step, with the step's key. */
interface KeyedInputs {
  readonly key: string;
  readonly inputs: StepInputs;
}

/** All of the inputs is in the key, but for the words of a COPY. */
function identityOf({ key, inputs }: KeyedInputs): string {
  return `${key} ${inputs.instruction}`;
}

/** Compares each step of a build with what it was in the one before, and remembers it for the next. */
export class StepVerdicts {
  readonly #database: Database;
  readonly #project: string;
  readonly #isOff: boolean;
  readonly #earlier: readonly EarlierStep[];
  readonly #now: StepNow[] = [];
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
    const identity = `base ${now}`;
    const earlier = sameStep(this.#earlier, spot);
    if (earlier !== undefined && earlier.identity !== identity) {
      const before = this.#inputsOf(earlier)?.settings['base'];
      if (before !== undefined && before !== now) this.#bases.set(spot.stage, { kind: 'base', image, before, now });
    }
    const inputs = { instruction: '', variables: {}, files: {}, settings: { base: now } };
    this.#now.push({ ...spot, identity, inputs });
  }

  /** A stage that begins from another goes on with what was built anew there. */
  inherit(stage: string, from: string): void {
    const line = this.#missed.get(from);
    if (line !== undefined) this.#missed.set(stage, line);
  }

  hit(spot: StepSpot, { key, inputs }: KeyedInputs): CacheVerdict {
    this.#now.push({ ...spot, identity: identityOf({ key, inputs }), inputs });
    return { kind: 'hit' };
  }

  /** @param isCollected whether what it made was there once. */
  missed(spot: StepSpot, { key, inputs }: KeyedInputs, isCollected: boolean): CacheVerdict {
    this.#now.push({ ...spot, identity: identityOf({ key, inputs }), inputs });
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
    const before = this.#inputsOf(earlier);
    if (before === undefined) return [{ kind: 'new' }];
    const found = [...this.#fromBelow(spot, before, inputs), ...differences(before, inputs)];
    if (found.length > 0) return found;
    return [{ kind: isCollected ? 'collected' : 'new' }];
  }

  #inputsOf(step: EarlierStep): StepInputs | undefined {
    return inputsOf(this.#database, this.#project, step);
  }

  #fromBelow({ stage }: StepSpot, before: StepInputs, now: StepInputs): readonly MissReason[] {
    if (before.below === now.below) return [];
    const base = this.#bases.get(stage);
    const line = this.#missed.get(stage);
    if (line !== undefined) return [{ kind: 'above', line }];
    return base === undefined ? [] : [base];
  }
}
