import type { RegistrySettings } from '#engine/contract/registry.ts';

/** What a person writes of how a registry is reached. */
export interface ReachDraft {
  /** One a line. */
  readonly mirrors: string;
  readonly insecure: boolean;
  readonly authorities: string;
  readonly proxy: string;
}

export function draftOf(known: RegistrySettings | undefined): ReachDraft {
  const { mirrors = [], insecure = false, authorities = '', proxy = '' } = known ?? {};
  return { mirrors: mirrors.join('\n'), insecure, authorities, proxy };
}

/** Only what differs: a proxy is shown without its password, and would lose it by being said again. */
export function saidBetween(known: RegistrySettings | undefined, draft: ReachDraft): Partial<RegistrySettings> {
  const before = draftOf(known);
  const mirrors = linesOf(draft.mirrors);
  return {
    ...(mirrors.join('\n') === before.mirrors ? {} : { mirrors }),
    ...(draft.insecure === before.insecure ? {} : { insecure: draft.insecure }),
    ...(draft.authorities.trim() === before.authorities.trim() ? {} : { authorities: draft.authorities.trim() }),
    ...(draft.proxy.trim() === before.proxy ? {} : { proxy: draft.proxy.trim() }),
  };
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
