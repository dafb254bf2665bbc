import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { parseDockerfile, type Dockerfile } from './parse-dockerfile.ts';

const folder = fileURLToPath(new URL('testfiles/', import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith('.dockerfile'));

/** What a golden file holds: the parsed file without what every row would repeat. */
function shown({ directives, globalArguments, stages }: Dockerfile): unknown {
  return { directives, globalArguments, stages };
}

describe('golden files', () => {
  test('there are some', () => {
    expect(names.length).toBeGreaterThanOrEqual(12);
  });

  test.each(names)('%s', async (name) => {
    const file = parseDockerfile(readFileSync(`${folder}${name}`, 'utf8'));
    expect(file.errors).toEqual([]);
    const golden = `${folder}${name.replace('.dockerfile', '.json')}`;
    await expect(`${JSON.stringify(shown(file), undefined, 2)}\n`).toMatchFileSnapshot(golden);
  });
});

/** One line of what is wrong, and where. */
function errorsOf(text: string): readonly string[] {
  return parseDockerfile(text).errors.map(({ line, message }) => `${line}: ${message}`);
}

describe('what is wrong is said at its line', () => {
  test.each([
    ['', '1: file with no instructions'],
    ['# only a comment\n', '1: file with no instructions'],
    ['RUN true', '1: no build stage in current context: RUN stands before the first FROM'],
    ['ARG A\n', '1: no build stage: there is no FROM'],
    ['FROM a\nFRO b', '2: unknown instruction: FRO (did you mean FROM?)'],
    ['FROM a\nCPY . .', '2: unknown instruction: CPY (did you mean COPY?)'],
    ['FROM a\nnonsense', '2: unknown instruction: nonsense'],
    ['FROM a b', '1: FROM requires either one or three arguments'],
    ['FROM a IS b', "1: FROM: expected AS before the stage's name, not IS"],
    ['FROM a AS 1b', '1: invalid name for build stage: "1b", name can\'t start with a number or contain symbols'],
    ['FROM a\nCOPY x', '2: COPY requires at least two arguments'],
    ['FROM a\nCOPY --form=b x y', '2: unknown flag: --form (did you mean from?)'],
    ['FROM a\nCOPY --from x y', '2: missing a value on flag: from'],
    ['FROM a\nCOPY --from=b --from=c x y', '2: duplicate flag specified: from'],
    ['FROM a\nCOPY --link=maybe x y', '2: expecting boolean value for flag link, not: maybe'],
    ['FROM a\nENV A', '2: ENV must have two arguments'],
    ['FROM a\nENV A=1 B', '2: Syntax error - can\'t find = in "B". Must be of the form: name=value'],
    ['FROM a\nENV =1', '2: ENV names can not be blank'],
    ['FROM a\nRUN', '2: RUN requires at least one argument'],
    ['FROM a\nRUN --network=bridge true', '2: invalid network mode "bridge": there are default, none, host'],
    ['FROM a\nSHELL sh -c', '2: SHELL requires the arguments to be in JSON form'],
    ['FROM a\nHEALTHCHECK curl', '2: unknown type "curl" in HEALTHCHECK (try CMD)'],
    ['FROM a\nHEALTHCHECK --interval=3 CMD x', '2: invalid duration "3": write it like 30s or 1m30s'],
    ['FROM a\nHEALTHCHECK --interval=1us CMD x', '2: Interval "interval" cannot be less than 1ms'],
    ['FROM a\nHEALTHCHECK --retries=-1 CMD x', '2: --retries must be a whole number from 0 on, not "-1"'],
    ['FROM a\nONBUILD ONBUILD RUN x', "2: Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"],
    ['FROM a\nONBUILD FROM b', "2: FROM isn't allowed as an ONBUILD trigger"],
    ['FROM a\nVOLUME [""]', '2: VOLUME specified can not be an empty string'],
    ['FROM a\nRUN <<EOF\nx', '2: unterminated heredoc: no line is only EOF'],
    ['# escape=x\nFROM a', "1: invalid ESCAPE 'x' does not match ` or \\"],
    ['# escape=`\n# escape=`\nFROM a', '2: only one escape parser directive can be used'],
  ])('%j: %s', (text, wanted) => {
    expect(errorsOf(text)).toEqual([wanted]);
  });

  test.each([
    ['LABEL', 'LABEL requires at least one argument'],
    ['LABEL a', 'LABEL must have two arguments'],
    ['USER', 'USER requires exactly one argument'],
    ['WORKDIR', 'WORKDIR requires exactly one argument'],
    ['STOPSIGNAL', 'STOPSIGNAL requires exactly one argument'],
    ['MAINTAINER', 'MAINTAINER requires exactly one argument'],
    ['VOLUME', 'VOLUME requires at least one argument'],
    ['EXPOSE', 'EXPOSE requires at least one argument'],
    ['EXPOSE --x 80', 'unknown flag: --x'],
    ['ARG', 'ARG requires at least one argument'],
    ['ARG =x', 'ARG names can not be blank'],
    ['CMD --x y', 'unknown flag: --x'],
    ['ENTRYPOINT --a=b', 'unknown flag: --a'],
    ['ADD x', 'ADD requires at least two arguments'],
    ['ADD --keep-git-dir=maybe x y', 'expecting boolean value for flag keep-git-dir, not: maybe'],
    ['ADD --unpack=maybe x y', 'expecting boolean value for flag unpack, not: maybe'],
    ['COPY --parents=maybe x y', 'expecting boolean value for flag parents, not: maybe'],
    ['COPY --exclude x y', 'missing a value on flag: exclude'],
    ['COPY --chmod x y', 'missing a value on flag: chmod'],
    ['COPY --chown x y', 'missing a value on flag: chown'],
    ['RUN --mount true', 'missing a value on flag: mount'],
    ['ONBUILD', 'ONBUILD requires at least one argument'],
    ['ONBUILD MAINTAINER x', "MAINTAINER isn't allowed as an ONBUILD trigger"],
    ['HEALTHCHECK NONE x', 'HEALTHCHECK NONE takes no arguments'],
    ['HEALTHCHECK CMD', 'missing command after HEALTHCHECK CMD'],
    ['HEALTHCHECK --odd=1 CMD x', 'unknown flag: --odd'],
    ['SHELL []', 'SHELL requires at least one argument'],
    ['FROM --platform', 'missing a value on flag: platform'],
    ['FROM --odd=x b', 'unknown flag: --odd'],
  ])('%s: %s', (instruction, message) => {
    expect(errorsOf(`FROM a\n${instruction}`)).toEqual([`2: ${message}`]);
  });

  test('all of it at once', () => {
    expect(errorsOf('FROM a\nNOPE\nCOPY x\nRUN y\nENV Z')).toEqual([
      '2: unknown instruction: NOPE',
      '3: COPY requires at least two arguments',
      '5: ENV must have two arguments',
    ]);
  });
});

test('directives end with the first line that is none', () => {
  expect(parseDockerfile('# syntax=docker/dockerfile:1\n# Escape = `\n# check=skip=all\nFROM a').directives).toEqual({
    syntax: 'docker/dockerfile:1',
    escape: '`',
    check: 'skip=all',
  });
  expect(parseDockerfile('\n# escape=`\nFROM a').directives.escape).toBe('\\');
  expect(parseDockerfile('# a comment\n# escape=`\nFROM a').directives.escape).toBe('\\');
});

test('lines are joined, over comments and empty lines, and keep their numbers', () => {
  const { lines } = parseDockerfile('FROM a\r\nRUN one \\\r\n  # why\r\n\r\n  && two\r\nRUN three \\\\\nRUN four');
  expect(
    lines.map(({ text, line, endLine, emptyContinuations }) => ({ text, line, endLine, emptyContinuations })),
  ).toEqual([
    { text: 'FROM a', line: 1, endLine: 1, emptyContinuations: [] },
    { text: 'RUN one   && two', line: 2, endLine: 5, emptyContinuations: [4] },
    { text: 'RUN three \\\\', line: 6, endLine: 6, emptyContinuations: [] },
    { text: 'RUN four', line: 7, endLine: 7, emptyContinuations: [] },
  ]);
});

/** Small and seeded, so that a failure can be had again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const pieces = [
  'FROM RUN COPY ADD ENV ARG CMD ONBUILD HEALTHCHECK LABEL EXPOSE SHELL AS a é --from= --mount=type= --'.split(' '),
  '<<EOF <<-"E" EOF ${ } $x :- % // [ ] " \' \\ ` # = \u{1F600} \0 \uFEFF'.split(' '),
  [' ', ' ', '\t', '\n', '\n', '\n', '\r\n', '# escape=`'],
].flat();

test('no text is too odd to be answered', () => {
  const next = random(20_261_125);
  for (let round = 0; round < 3000; round += 1) {
    const length = Math.floor(next() * 60);
    const text = Array.from({ length }, () => pieces[Math.floor(next() * pieces.length)]).join('');
    const lines = text.split('\n').length;
    const file = parseDockerfile(text);
    expect(file.stages.length > 0 || file.errors.length > 0, JSON.stringify(text)).toBe(true);
    for (const { line, endLine } of [...file.errors, ...file.instructions]) {
      expect(line >= 1 && line <= endLine && endLine <= lines, JSON.stringify(text)).toBe(true);
    }
  }
});
