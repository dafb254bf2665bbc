import { EngineError } from '#engine/contract/errors.ts';

import type { BuildLayer } from './store-step.ts';

/** A step's command has ended with another code than 0; what it had changed until then is here all the same. */
export class StepFailed extends EngineError {
  readonly left: BuildLayer | undefined;

  constructor(message: string, left: BuildLayer | undefined) {
    super('invalid-argument', message);
    this.left = left;
  }
}
