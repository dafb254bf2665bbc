import type { BuildNews } from '#engine/contract/build.ts';

/** What happens in a build, as it happens. Stages side by side tell theirs side by side. */
export type BuildEvent = Exclude<BuildNews, { readonly kind: 'done' }>;

/** One step as it is told while it is built. */
export type StepPlace = Extract<BuildEvent, { readonly kind: 'begin' }>['step'];

export type Tell = (event: BuildEvent) => void;
