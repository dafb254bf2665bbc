import { EngineError } from '#engine/contract/errors.ts';

/** What of a git repository a build takes. */
export interface GitPlace {
  readonly url: string;
  /** A branch, a tag or a commit; the repository's own head without. */
  readonly ref: string | undefined;
  /** A directory of it; empty for all. */
  readonly directory: string;
}

/**
 * `https://example.com/repository.git#ref:directory`, as Docker's builders write it (docker build, "Git repositories").
 * Undefined for what names no repository. @throws EngineError `invalid-argument` for a ref that is none.
 */
export function parseGitPlace(text: string): GitPlace | undefined {
  const [url = '', fragment = ''] = text.split(/#(.*)/s);
  if (!isRepository(url)) return undefined;
  const colon = fragment.indexOf(':');
  const ref = colon < 0 ? fragment : fragment.slice(0, colon);
  const directory = colon < 0 ? '' : fragment.slice(colon + 1);
  // git-check-ref-format(1); a dash at the beginning would be an option.
  if (ref !== '' && (!/^\w[\w./+@-]*$/.test(ref) || ref.includes('..')))
    throw new EngineError('invalid-argument', `${JSON.stringify(ref)} in ${text} is no branch, tag or commit.`);
  return { url, ref: ref === '' ? undefined : ref, directory };
}

function isRepository(url: string): boolean {
  return /^(?:git|ssh):\/\/[^-]/.test(url) || /^[\w.-]+@\w[\w.-]*:/.test(url) || /^https?:\/\/[^-].*\.git$/.test(url);
}
