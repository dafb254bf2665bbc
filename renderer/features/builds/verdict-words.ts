import type { BuildRecord, BuildStep, MissReason } from '#engine/contract/build.ts';
import type { Translate } from '#renderer/i18n/translate.ts';
import { shortDigest } from '#renderer/ui/hash.tsx';

/** One difference from the build before, as a sentence. */
export function reasonWords(reason: MissReason, t: Translate): string {
  switch (reason.kind) {
    case 'new':
    case 'collected':
    case 'disabled':
      return t(`builds.reason.${reason.kind}`);
    case 'instruction':
      return t('builds.reason.instruction', { before: reason.before });
    case 'variable':
      return variableWords(reason, t);
    case 'file':
      return t(`builds.reason.file.${reason.change}`, {
        path: reason.path,
        before: reason.before ?? '',
        now: reason.now ?? '',
      });
    case 'base':
      return t('builds.reason.base', {
        image: reason.image,
        before: shortDigest(reason.before),
        now: shortDigest(reason.now),
      });
    case 'above':
      return t('builds.reason.above', { line: reason.line });
    case 'setting':
      return t('builds.reason.setting', { name: reason.name, before: reason.before, now: reason.now });
  }
}

function variableWords(
  { name, before, now }: Extract<MissReason, { readonly kind: 'variable' }>,
  t: Translate,
): string {
  if (before === undefined) return t('builds.reason.variableNew', { name, now: now ?? '' });
  if (now === undefined) return t('builds.reason.variableGone', { name, before });
  return t('builds.reason.variable', { name, before, now });
}

export type StepLook = 'waiting' | 'running' | 'cached' | 'done' | 'failed';

export function lookOf({ state, verdict }: BuildStep): StepLook {
  return state === 'done' && verdict?.kind === 'hit' ? 'cached' : state;
}

/** Of the steps that can be in the cache, how many were. */
export function cacheShare({ steps }: Pick<BuildRecord, 'steps'>): { readonly hits: number; readonly all: number } {
  const judged = steps.filter(({ verdict }) => verdict !== undefined && verdict.kind !== 'plain');
  return { hits: judged.filter(({ verdict }) => verdict?.kind === 'hit').length, all: judged.length };
}

/** What a person calls it. */
export function buildName({
  names,
  parameters,
  project,
}: Pick<BuildRecord, 'names' | 'parameters' | 'project'>): string {
  return names[0] ?? parameters?.folder ?? project;
}

/** Where it was built from, for people: the folder and its Dockerfile. */
export function sourceWords({ parameters, project }: Pick<BuildRecord, 'parameters' | 'project'>): string {
  return parameters === undefined ? project : `${parameters.folder} · ${parameters.dockerfileName}`;
}
