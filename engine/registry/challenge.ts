/** One way to prove who asks, as a `WWW-Authenticate` header offers it (RFC 9110, section 11.6.1). */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const SCHEME = /^\s*([!#$%&'*+.^_`|~\w-]+)(?=\s+[^\s=,]+\s*=|\s*(?:,|$))/;
const PARAMETER = /^[\s,]*([!#$%&'*+.^_`|~\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/;
const MAX_LENGTH = 8192;

/** Every challenge of the header, in its order; what isn't one is left out. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: Challenge[] = [];
  let rest = header.slice(0, MAX_LENGTH);
  while (rest !== '') {
    const scheme = SCHEME.exec(rest);
    if (scheme?.[1] === undefined) break;
    rest = rest.slice(scheme[0].length);
    const parameters = new Map<string, string>();
    for (let found = PARAMETER.exec(rest); found?.[1] !== undefined; found = PARAMETER.exec(rest)) {
      parameters.set(found[1].toLowerCase(), found[2]?.replaceAll(/\\(.)/g, '$1') ?? found[3] ?? '');
      rest = rest.slice(found[0].length);
    }
    challenges.push({ scheme: scheme[1].toLowerCase(), parameters });
    rest = rest.replace(/^[\s,]+/, '');
  }
  return challenges;
}
