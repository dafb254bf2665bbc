/** Scopes of tokens (`repository:a/b:pull,push`), one for each resource, with all that is to be done to it. */
export function mergeScopes(...scopes: readonly string[]): string {
  const actions = new Map<string, Set<string>>();
  for (const scope of scopes.flatMap((text) => text.split(' ')).filter(Boolean)) {
    const colon = scope.lastIndexOf(':');
    const resource = scope.slice(0, colon);
    const known = actions.get(resource) ?? new Set<string>();
    for (const action of scope.slice(colon + 1).split(',')) known.add(action);
    actions.set(resource, known);
  }
  return [...actions].map(([resource, what]) => `${resource}:${[...what].join(',')}`).join(' ');
}
