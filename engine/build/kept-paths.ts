/** What a context's rules leave of it: directories stay where something in them does, and so does the root. */
export function keptPaths(paths: Iterable<string>, isLeftOut: (path: string) => boolean): ReadonlySet<string> {
  const kept = new Set<string>(['']);
  for (const path of paths) {
    if (path === '' || isLeftOut(path)) continue;
    for (let at = path; !kept.has(at); at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) kept.add(at);
  }
  return kept;
}
