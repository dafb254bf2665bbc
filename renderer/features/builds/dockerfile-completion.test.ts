import { expect, test } from 'vitest';

import type { DockerfileOutline } from '#engine/contract/dockerfile.ts';

import { completionsAt } from './dockerfile-completion.ts';

const stage = (name: string, line: number): DockerfileOutline['stages'][number] => ({
  name,
  image: 'debian',
  steps: [{ text: '', line, endLine: line, needs: [] }],
});
const outline: DockerfileOutline = {
  stages: [stage('deps', 2), stage('build', 4), stage('last', 6)],
  variables: ['BASE', 'PORT'],
};
const HEAD = 'ARG BASE=a\nFROM a AS deps\n\nFROM a AS build\n';

/** What is offered after `text`, and what of it would be replaced. */
function offered(text: string): { readonly replaced: string; readonly labels: readonly string[] } | undefined {
  const found = completionsAt(text, outline);
  return found && { replaced: text.slice(found.from), labels: found.options.map(({ label }) => label) };
}

test.each([
  [`${HEAD}CO`, 'CO', ['COPY', 'CMD', 'FROM']],
  [`${HEAD}  ru`, 'ru', ['RUN']],
  [`${HEAD}RUN --ne`, '--ne', ['--network', '--mount']],
  [`${HEAD}ONBUILD COPY --`, '--', ['--chown', '--from']],
  [`${HEAD}RUN --network=n`, 'n', ['none', 'host']],
  [`${HEAD}RUN --mount=`, '', ['type', 'target']],
  [`${HEAD}RUN --mount=type=ca`, 'ca', ['cache', 'bind']],
  [`${HEAD}RUN --mount=type=bind,fr`, 'fr', ['from']],
  [`${HEAD}RUN --mount=type=bind,from=d`, 'd', ['deps']],
  [`${HEAD}RUN true \\\n  --net`, '--net', ['--network']],
  [`${HEAD}RUN echo $P`, 'P', ['BASE', 'PORT']],
  [`${HEAD}RUN echo "\${PO`, 'PO', ['PORT']],
])('%j', (text, replaced, some) => {
  const found = offered(text);
  expect(found?.replaced).toBe(replaced);
  expect(found?.labels).toEqual(expect.arrayContaining(some));
});

test('of stages only those that come before', () => {
  expect(offered(`${HEAD}COPY --from=`)).toEqual({ replaced: '', labels: ['deps'] });
  expect(offered(`${HEAD}\nFROM `)).toEqual({ replaced: '', labels: ['deps', 'build'] });
  expect(offered(`${HEAD}\nFROM --platform=linux/arm64 b`)).toEqual({ replaced: 'b', labels: ['deps', 'build'] });
});

test.each([`${HEAD}# CO`, `${HEAD}RUN echo hello `, `${HEAD}COPY a `, `${HEAD}FROM a A`, `${HEAD}RUN a \\\n  C`])(
  'nothing is offered after %j',
  (text) => {
    expect(offered(text)).toBeUndefined();
  },
);
