import type { ContainerSummary } from '#engine/contract/container.ts';
import type { ImageSummary } from '#engine/contract/image.ts';
import type { NetworkSummary } from '#engine/contract/network.ts';
import type { SearchHit } from '#engine/contract/search.ts';
import type { VolumeSummary } from '#engine/contract/volume.ts';

export type ChoiceGroup = 'images' | 'containers' | 'volumes' | 'networks' | 'files';

/** Something that was found, and the address it leads to. */
export interface Choice {
  readonly group: ChoiceGroup;
  readonly key: string;
  readonly name: string;
  readonly href: string;
  /** Of a file. */
  readonly hit?: SearchHit;
}

interface Named {
  readonly images: readonly ImageSummary[];
  readonly containers: readonly ContainerSummary[];
  readonly volumes: readonly VolumeSummary[];
  readonly networks: readonly NetworkSummary[];
}

/** Of each kind; whoever wants more writes more letters. */
const MOST_NAMES = 6;

/** What is called so, those first whose name begins so. */
export function namedChoices(text: string, { images, containers, volumes, networks }: Named): readonly Choice[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  return [
    ...best(
      wanted,
      images.flatMap(({ Id, RepoTags }) =>
        (RepoTags.length === 0 ? [Id] : RepoTags).map((name) =>
          choice('images', name, `#/images/${escaped(name)}`, Id),
        ),
      ),
    ),
    ...best(
      wanted,
      containers.map(({ Id, Names }) => {
        const name = (Names[0] ?? Id).replace(/^\//, '');
        return choice('containers', name, `#/containers/${escaped(Id)}`, Id);
      }),
    ),
    ...best(
      wanted,
      volumes.map(({ name }) => choice('volumes', name, `#/volumes/${escaped(name)}`)),
    ),
    ...best(
      wanted,
      networks.map(({ id, name }) => choice('networks', name, `#/networks/${escaped(name)}`, id)),
    ),
  ];
}

interface Candidate extends Choice {
  /** An id by whose first digits it is found too. */
  readonly id: string;
}

function choice(group: ChoiceGroup, name: string, href: string, id = ''): Candidate {
  return { group, key: `${group} ${name}`, name, href, id };
}

function best(wanted: string, candidates: readonly Candidate[]): readonly Choice[] {
  return candidates
    .map((candidate) => ({ candidate, rank: rankOf(wanted, candidate) }))
    .filter(({ rank }) => rank < NOT_FOUND)
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, MOST_NAMES)
    .map(({ candidate: { group, key, name, href } }) => ({ group, key, name, href }));
}

const NOT_FOUND = 3;
/** Fewer digits are the beginning of too many ids. */
const LEAST_DIGITS = 4;

function rankOf(wanted: string, { name, id }: Candidate): number {
  const at = name.toLowerCase().indexOf(wanted);
  if (at === 0) return 0;
  if (at > 0) return 1;
  const digits = wanted.replace(/^sha256:/, '');
  return digits.length >= LEAST_DIGITS && id.replace(/^sha256:/, '').startsWith(digits) ? 2 : NOT_FOUND;
}

/** A file of a layer, at the step that shows it. */
export function fileChoice(hit: SearchHit): Choice {
  const shown = hit.images.find(({ hiddenBy }) => hiddenBy === undefined);
  const image = shown ?? hit.images[0];
  const layers = shown === undefined && image !== undefined ? `layers=${image.layer + 1}&` : '';
  const href = image === undefined ? '#/images' : `#/images/${escaped(image.id)}?${layers}path=${escaped(hit.path)}`;
  return { group: 'files', key: `files ${hit.diffId} ${hit.path}`, name: hit.path, href, hit };
}

function escaped(text: string): string {
  return encodeURIComponent(text);
}
