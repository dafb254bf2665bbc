import { randomInt } from 'node:crypto';

import { EngineError } from '#engine/contract/errors.ts';

const adjectives =
  'amber ample bold brave breezy bright brisk calm candid careful cheerful clear clever coastal curious dapper deft eager earnest easy fair fearless fleet fluent frank free fresh gentle glad golden graceful grand happy hardy hearty honest humble idle jolly jovial keen kind lively loyal lucid lucky mellow merry mild modest neat nimble noble open patient placid plucky polite proud quick quiet rapid ready robust serene sharp shiny silent simple sincere sleek smooth snug sober solid spry steady stellar sturdy subtle sunny swift tender tidy tranquil trusty upbeat vivid warm wise witty zesty'.split(
    ' ',
  );

/** People of geology, computing and the sciences around them: Estrato is Spanish for stratum. */
const surnames =
  'agassiz anning bascom birkeland bowen brongniart buckland burnell chapin cori curie cuvier dana darcy dawson dietz dijkstra euler ewing faraday floyd franklin gauss geikie germain goodall gould hamilton hess hoare holmes hopper humboldt hutton joliot kepler knuth lamport lehmann liskov lovelace lyell mantell marconi maury mawson mccarthy meitner mendel milne mohs murchison neumann newell noether oldham ordonez perlman playfair powell ramanujan richter ritchie sedgwick shannon smith steno suess tharp thompson torvalds turing ulloa vine walcott wegener werner wilson wirth zittel'.split(
    ' ',
  );

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** @throws EngineError `invalid-argument`. */
export function checkContainerName(name: string): void {
  if (NAME.test(name)) return;
  throw new EngineError(
    'invalid-argument',
    `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
  );
}

/** A name nobody has yet; a number follows once pairs get scarce. */
export function freeContainerName(isTaken: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const pair = `${pick(adjectives)}_${pick(surnames)}`;
    const name = attempt < 10 ? pair : `${pair}${randomInt(10 ** Math.min(attempt - 9, 9))}`;
    if (!isTaken(name)) return name;
  }
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? '';
}
