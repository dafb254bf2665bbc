import { optionsOf, type BuildDraft, type BuildOptions } from './build-draft.ts';

type Kept = Readonly<Record<string, Partial<BuildOptions>>>;

const FOLDERS = 'estrato.builds';
const PRESETS = 'estrato.builds.presets';
const MOST_FOLDERS = 20;

/** A folder's form as it was last sent; everything but the file's text, which is the folder's to say. */
export function rememberDraft(draft: BuildDraft): void {
  if (draft.given !== undefined) return;
  const others = Object.entries(kept(FOLDERS)).filter(([folder]) => folder !== draft.folder);
  const all = [...others, [draft.folder, optionsOf(draft)] as const].slice(-MOST_FOLDERS);
  keep(FOLDERS, Object.fromEntries(all));
}

export function rememberedOptions(folder: string): Partial<BuildOptions> {
  return kept(FOLDERS)[folder] ?? {};
}

/** Folders that were built, the last one first. */
export function recentFolders(): readonly string[] {
  return Object.keys(kept(FOLDERS)).toReversed();
}

export function forgetFolder(folder: string): void {
  keep(FOLDERS, Object.fromEntries(Object.entries(kept(FOLDERS)).filter(([name]) => name !== folder)));
}

/** Options by the names that a person gave them, to build any folder with. */
export function presets(): Kept {
  return kept(PRESETS);
}

export function savePreset(name: string, options: BuildOptions): void {
  keep(PRESETS, { ...presets(), [name]: optionsOf(options) });
}

export function removePreset(name: string): void {
  keep(PRESETS, Object.fromEntries(Object.entries(presets()).filter(([each]) => each !== name)));
}

function keep(key: string, value: Kept): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden storage costs the memory of the build, not the build.
  }
}

function kept(key: string): Kept {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this window's own, and each field has a fallback
    return (JSON.parse(localStorage.getItem(key) ?? '{}') ?? {}) as Kept;
  } catch {
    return {};
  }
}
