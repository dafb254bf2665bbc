import type { ElfFacts } from '#engine/contract/file-facts.ts';

import { ElfFields, type ElfSegment, type ReadAt } from './elf-fields.ts';

const types: Readonly<Record<number, ElfFacts['type']>> = { 1: 'relocatable', 2: 'executable', 4: 'core' };
const SHARED_OBJECT = 3;

/** `e_machine` of the kinds that images are made for. */
const machines: Readonly<Record<number, string>> = {
  3: 'i386',
  8: 'MIPS',
  20: 'PowerPC',
  21: 'PowerPC64',
  22: 'S/390',
  40: 'ARM',
  62: 'x86-64',
  183: 'AArch64',
  243: 'RISC-V',
  247: 'BPF',
  258: 'LoongArch',
};

const LOAD = 1;
const DYNAMIC = 2;
const INTERPRETER = 3;
const NOTE = 4;

/** Tags of the dynamic section. */
const tags = { needed: 1, strings: 5, soname: 14, rpath: 15, runPath: 29, flags: 0x6ffffffb } as const;
const IS_PIE = 0x08000000;
const BUILD_ID = 3;

const LONGEST_NOTES = 4096;
const LONGEST_DYNAMIC = 64 * 1024;
const LONGEST_NAME = 4096;
const MOST_NEEDED = 500;

/** What a program or library says of itself; undefined for anything that isn't one. Believes no number it finds. */
export async function elfFacts(read: ReadAt): Promise<ElfFacts | undefined> {
  const fields = await ElfFields.open(read);
  if (fields === undefined) return undefined;
  const segments = await fields.segments();
  const linked = await linkedFacts(fields, segments);
  const interpreter = await nameAt(fields, segments.find(({ type }) => type === INTERPRETER)?.offset);
  const type = typeOf(fields, linked, interpreter);
  const isProgram = type === 'executable' || type === 'pie';
  const { soname, runPath, needed } = linked;
  return {
    kind: 'elf',
    bits: fields.bits,
    byteOrder: fields.isLittle ? 'little' : 'big',
    type,
    machine: machines[fields.machine] ?? `machine ${fields.machine}`,
    needed,
    ...told({ interpreter, soname, runPath, buildId: await buildIdOf(fields, segments) }),
    isStripped: !(await fields.hasSymbols()),
    isStatic: isProgram && interpreter === undefined && needed.length === 0,
  };
}

/** Without what is undefined. */
function told<T extends string>(facts: Readonly<Record<T, string | undefined>>): { [K in T]?: string } {
  const known: { [K in T]?: string } = {};
  for (const name in facts) {
    const fact = facts[name];
    if (fact !== undefined) known[name] = fact;
  }
  return known;
}

/** A library may name its loader too, as the C library does: then it is told by a name of its own. */
function typeOf(fields: ElfFields, { isPie, soname }: LinkedFacts, interpreter: string | undefined): ElfFacts['type'] {
  if (fields.type !== SHARED_OBJECT) return types[fields.type] ?? 'other';
  return isPie || (interpreter !== undefined && soname === undefined) ? 'pie' : 'shared-library';
}

interface LinkedFacts {
  readonly needed: string[];
  readonly soname: string | undefined;
  readonly runPath: string | undefined;
  readonly isPie: boolean;
}

/** What the loader is told. */
async function linkedFacts(fields: ElfFields, segments: readonly ElfSegment[]): Promise<LinkedFacts> {
  const dynamic = segments.find(({ type }) => type === DYNAMIC);
  const entries = dynamic === undefined ? [] : await fields.pairs(dynamic, LONGEST_DYNAMIC);
  const first = (wanted: number): number | undefined => entries.find(([tag]) => tag === wanted)?.[1];
  const strings = fileOffset(segments, first(tags.strings));
  const named = (offset: number | undefined): Promise<string | undefined> =>
    nameAt(fields, offset === undefined || strings === undefined ? undefined : strings + offset);
  const needed: string[] = [];
  for (const [, offset] of entries.filter(([tag]) => tag === tags.needed).slice(0, MOST_NEEDED)) {
    const name = await named(offset);
    if (name !== undefined) needed.push(name);
  }
  return {
    needed,
    soname: await named(first(tags.soname)),
    runPath: await named(first(tags.runPath) ?? first(tags.rpath)),
    isPie: ((first(tags.flags) ?? 0) & IS_PIE) !== 0,
  };
}

/** Where in the file an address of the running program is read from. */
function fileOffset(segments: readonly ElfSegment[], address: number | undefined): number | undefined {
  if (address === undefined) return undefined;
  const segment = segments.find(
    ({ type, address: start, size }) => type === LOAD && address >= start && address < start + size,
  );
  return segment === undefined ? undefined : address - segment.address + segment.offset;
}

/** Up to the byte 0; undefined for none. */
async function nameAt({ read }: ElfFields, offset: number | undefined): Promise<string | undefined> {
  if (offset === undefined) return undefined;
  const bytes = await read(offset, LONGEST_NAME);
  const end = bytes.indexOf(0);
  const name = bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
  return name === '' ? undefined : name;
}

async function buildIdOf(fields: ElfFields, segments: readonly ElfSegment[]): Promise<string | undefined> {
  for (const { type, offset, size } of segments) {
    if (type !== NOTE) continue;
    const notes = await fields.read(offset, Math.min(size, LONGEST_NOTES));
    const found = gnuBuildId(notes, fields);
    if (found !== undefined) return found;
  }
  return undefined;
}

const NOTE_HEADER = 12;

function gnuBuildId(notes: Buffer, fields: ElfFields): string | undefined {
  for (let at = 0; at + NOTE_HEADER <= notes.length;) {
    const [nameSize, size, type] = [fields.word(notes, at), fields.word(notes, at + 4), fields.word(notes, at + 8)];
    const name = notes.toString('latin1', at + NOTE_HEADER, at + NOTE_HEADER + Math.min(nameSize, 4));
    const start = at + NOTE_HEADER + aligned(nameSize);
    if (type === BUILD_ID && name === 'GNU\0') return notes.toString('hex', start, start + Math.min(size, 64));
    at = start + aligned(size);
  }
  return undefined;
}

/** Names and descriptions of notes fill whole words. */
function aligned(size: number): number {
  return Math.ceil(size / 4) * 4;
}
