import type { ReactNode } from 'react';

import type { ElfFacts } from '#engine/contract/file-facts.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { type Fact, Facts } from '#renderer/ui/facts.tsx';

import './file-preview.css';

/** What a program or library says of itself. */
export function ProgramFacts({ facts }: { readonly facts: ElfFacts }): ReactNode {
  const t = useTranslate();
  return (
    <div className="preview-scroll">
      <Facts title={t('files.program')} facts={programFacts(t, facts)} />
    </div>
  );
}

function programFacts(t: Translate, facts: ElfFacts): readonly Fact[] {
  const { machine, bits, byteOrder, type, isStatic, interpreter, soname, needed, runPath, buildId, isStripped } = facts;
  const linked = t(isStatic ? 'files.elf.static' : 'files.elf.dynamic');
  const told: readonly (Fact | undefined)[] = [
    {
      name: t('files.elf.machine'),
      value: machine,
      note: t('files.elf.bits', { bits: String(bits), order: byteOrder }),
    },
    { name: t('files.elf.type'), value: t(`files.elf.type.${type}`) },
    type === 'executable' || type === 'pie' ? { name: t('files.elf.linked'), value: linked } : undefined,
    code(t('files.elf.interpreter'), interpreter),
    code(t('files.elf.soname'), soname),
    needed.length === 0 ? undefined : { name: t('files.elf.needed'), value: needed.join('\n') },
    code(t('files.elf.runPath'), runPath),
    code(t('files.elf.buildId'), buildId),
    { name: t('files.elf.symbols'), value: t(isStripped ? 'files.elf.stripped' : 'files.elf.notStripped') },
  ];
  return told.filter((fact) => fact !== undefined);
}

function code(name: string, value: string | undefined): Fact | undefined {
  return value === undefined ? undefined : { name, value, isCode: true };
}
