/** For an option that may be given more than once: what was given so far, and the next. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
