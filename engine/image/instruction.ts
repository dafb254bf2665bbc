/** Words a Dockerfile begins its lines with. */
const KEYWORDS =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)\b/;

/** What BuildKit signs with. */
const BUILDKIT = '# buildkit';

/**
 * A history's `created_by` as its line stood in the Dockerfile: the classic builder wrote `/bin/sh -c #(nop)  CMD …` and
 * `/bin/sh -c apt-get …`, BuildKit `RUN /bin/sh -c apt-get … # buildkit`.
 */
export function instructionOf(createdBy: string): string {
  const text = (createdBy.endsWith(BUILDKIT) ? createdBy.slice(0, -BUILDKIT.length) : createdBy).trim();
  const silent = /^\/bin\/sh -c #\(nop\)\s*(.*)$/s.exec(text)?.[1];
  if (silent !== undefined) return silent.trim();
  const args = /^\|\d+ .*?\/bin\/sh -c (.*)$/s.exec(text)?.[1] ?? /^\/bin\/sh -c (.*)$/s.exec(text)?.[1];
  if (args !== undefined) return `RUN ${args.trim()}`;
  const ran = /^RUN (?:\|\d+ .*?)?\/bin\/sh -c (.*)$/s.exec(text)?.[1];
  if (ran !== undefined) return `RUN ${ran.trim()}`;
  return text === '' || KEYWORDS.test(text) ? text : `RUN ${text}`;
}
