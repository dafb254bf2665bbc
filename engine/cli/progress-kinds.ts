/** How a build may be shown. */
export const progressKinds = ['auto', 'tty', 'plain', 'json'] as const;
export type ProgressKind = (typeof progressKinds)[number];
