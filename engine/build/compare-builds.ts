import type { BuildComparison, BuildRecord, BuildStep, StepOutcome } from '#engine/contract/build.ts';

/** Step by step what two builds did: those with the same words in the same stage are one step. */
export function compareBuilds(before: BuildRecord, now: BuildRecord): BuildComparison {
  const left = [...before.steps];
  const steps: BuildComparison['steps'] = [];
  for (const step of now.steps) {
    const at = left.findIndex(({ stage, text }) => stage === step.stage && text === step.text);
    const [same] = at < 0 ? [] : left.splice(at, 1);
    steps.push({ ...wordsOf(step), ...(same === undefined ? {} : { before: outcomeOf(same) }), now: outcomeOf(step) });
  }
  for (const step of left) steps.push({ ...wordsOf(step), before: outcomeOf(step) });
  return { before: summaryOf(before), now: summaryOf(now), steps };
}

function wordsOf({ stage, text }: BuildStep): Pick<BuildStep, 'stage' | 'text'> {
  return { stage, text };
}

function outcomeOf({ state, verdict, durationMs, diffId }: BuildStep): StepOutcome {
  return {
    state,
    ...(verdict === undefined ? {} : { verdict }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(diffId === undefined ? {} : { diffId }),
  };
}

function summaryOf({ id, startedAt, state, durationMs, image }: BuildRecord): BuildComparison['before'] {
  return {
    id,
    startedAt,
    state,
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(image === undefined ? {} : { image }),
  };
}
