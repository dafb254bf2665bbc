import { expect, test } from 'vitest';

import { checkDockerfile } from './check-dockerfile.ts';

const environments: Readonly<Record<string, readonly string[]>> = { alpine: ['PATH'], node: ['PATH', 'NODE_VERSION'] };

async function rulesIn(text: string, ignore?: string): Promise<readonly string[]> {
  const environmentOf = (image: string): Promise<readonly string[] | undefined> => Promise.resolve(environments[image]);
  const problems = await checkDockerfile(text, { ignore, environmentOf });
  return problems.map(({ severity, rule, line }) => `${line} ${severity} ${rule ?? ''}`.trim());
}

/** A file as BuildKit's documentation has it for each rule: what it complains about, and what it doesn't. */
test.each<readonly [string, string, readonly string[]]>([
  ['casing of instructions', 'FROM alpine\nrun x\nCMD ["a"]', ['2 warning ConsistentInstructionCasing']],
  ['casing of instructions, mostly small', 'from alpine\nrun x\nCmd ["a"]', ['3 warning ConsistentInstructionCasing']],
  ['all small', 'from alpine\nrun x', []],
  ['a shell for CMD', 'FROM alpine\nCMD a b', ['2 warning JSONArgsRecommended']],
  ['a shell that was chosen', 'FROM alpine\nSHELL ["bash"]\nCMD a b', []],
  ['MAINTAINER', 'FROM alpine\nMAINTAINER me', ['2 warning MaintainerDeprecated']],
  [
    'pairs without =',
    'FROM alpine\nENV a b\nLABEL c d',
    ['2 warning LegacyKeyValueFormat', '3 warning LegacyKeyValueFormat'],
  ],
  ['an empty line amid', 'FROM alpine\nRUN a \\\n\n b', ['3 warning NoEmptyContinuation']],
  ['a stage twice', 'FROM alpine AS a\nFROM alpine AS a', ['2 warning DuplicateStageName']],
  ['a stage in capitals', 'FROM alpine AS A', ['1 warning StageNameCasing']],
  ['a reserved stage', 'FROM alpine AS scratch', ['1 warning ReservedStageName']],
  ['as and FROM', 'FROM alpine as a', ['1 warning FromAsCasing']],
  ['a constant platform', 'FROM --platform=linux/amd64 alpine', ['1 warning FromPlatformFlagConstDisallowed']],
  ['a stage of a platform', 'FROM --platform=linux/amd64 alpine AS build_amd64', []],
  [
    'the platform that is meant anyway',
    'FROM --platform=$TARGETPLATFORM alpine',
    ['1 warning RedundantTargetPlatform'],
  ],
  ['the platform of the builder', 'FROM --platform=$BUILDPLATFORM alpine', []],
  ['an argument nobody declares', 'FROM node:${VERSION}', ['1 warning UndefinedArgInFrom']],
  ['an argument without a default', 'ARG V\nFROM node:${V}', ['2 warning InvalidDefaultArgInFrom']],
  ['an argument with a default', 'ARG V=1\nFROM node:${V}', []],
  ['an argument that may be empty', 'ARG V\nFROM node${V}', []],
  ['two commands', 'FROM alpine\nCMD ["a"]\nCMD ["b"]', ['2 warning MultipleInstructionsDisallowed']],
  ['a secret', 'FROM alpine\nARG DB_PASSWORD\nENV PUBLIC_KEY=1', ['2 warning SecretsUsedInArgOrEnv']],
  ['a variable nobody sets', 'FROM alpine\nCOPY $foo .', ['2 warning UndefinedVar']],
  ['a variable of the image', 'FROM node\nENV v=$NODE_VERSION\nWORKDIR /$v', []],
  ['a variable of an unknown image', 'FROM elsewhere\nCOPY $foo .', []],
  ['a variable of the stage before', 'FROM alpine AS a\nENV x=1\nFROM a\nCOPY $x $y', ['4 warning UndefinedVar']],
  ['a proxy', 'FROM alpine\nENV p=$HTTP_PROXY', []],
  ['a relative directory', 'FROM alpine\nWORKDIR app', ['2 warning WorkdirRelativePath']],
  ['a relative one after an absolute', 'FROM alpine\nWORKDIR /app\nWORKDIR b', []],
  ['a mapping', 'FROM alpine\nEXPOSE 80:80', ['2 warning ExposeInvalidFormat']],
  ['a loud protocol', 'FROM alpine\nEXPOSE 80/TCP', ['2 warning ExposeProtoCasing']],
  ['a rule left out', '# check=skip=JSONArgsRecommended\nFROM alpine\nCMD a', []],
  ['rules that are errors', '# check=error=true\nFROM alpine\nCMD a', ['3 error JSONArgsRecommended']],
  ['what is wrong comes first', 'FROM alpine\nCMD a\nNOPE', ['3 error', '2 warning JSONArgsRecommended']],
])('%s', async (_, text, wanted) => {
  expect(await rulesIn(text)).toEqual(wanted);
});

test('experimental rules are asked for', async () => {
  const text = '# check=experimental=all\nFROM alpine\n# what for\nARG version\nCOPY Dockerfile a.md docs/ /';
  expect(await rulesIn(text, '*.md\n!docs')).toEqual([
    '4 warning InvalidDefinitionDescription',
    '5 warning CopyIgnoredFile',
  ]);
  expect(await rulesIn(text.replace(/^.*\n/, ''), '*.md')).toEqual([]);
});

test('a .dockerignore that cannot be read is said', async () => {
  expect(await rulesIn('FROM alpine', '[')).toEqual(['1 error']);
});
