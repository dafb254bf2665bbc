import { ArrowLeftRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { compareAddress, type SideDraft, sideKinds, sideOf } from '#renderer/stores/compare-sides.ts';
import { Button } from '#renderer/ui/button.tsx';
import '#renderer/ui/field.css';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Select } from '#renderer/ui/select.tsx';

import './compare.css';

interface CompareFormProps {
  readonly before: SideDraft;
  readonly now: SideDraft;
  /** @param address of what was written. */
  readonly onCompare: (address: string) => void;
}

/** Which two things are compared. */
export function CompareForm(props: CompareFormProps): ReactNode {
  const t = useTranslate();
  const { onCompare } = props;
  const [before, setBefore] = useState(props.before);
  const [now, setNow] = useState(props.now);
  const isWhole = sideOf(before) !== undefined && sideOf(now) !== undefined;
  return (
    <form
      className="compare-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) onCompare(compareAddress(before, now));
      }}
    >
      <CompareSideField label={t('compare.before')} side={before} onChange={setBefore} />
      <IconButton
        label={t('compare.swap')}
        icon={<ArrowLeftRight aria-hidden />}
        onPress={() => onCompare(compareAddress(now, before))}
      />
      <CompareSideField label={t('compare.now')} side={now} onChange={setNow} />
      <Button type="submit" variant="primary" isDisabled={!isWhole}>
        {t('compare.go')}
      </Button>
    </form>
  );
}

interface SideProps {
  readonly label: string;
  readonly side: SideDraft;
  readonly onChange: (side: SideDraft) => void;
}

export function CompareSideField({ label, side, onChange }: SideProps): ReactNode {
  const t = useTranslate();
  const { kind, text } = side;
  const choices = useChoices(side);
  return (
    <fieldset className="compare-side" aria-label={label}>
      <Select
        label={`${label}: ${t('compare.kind')}`}
        isLabelHidden
        value={kind}
        choices={sideKinds.map((value) => ({ value, label: t(`compare.kind.${value}`) }))}
        onChange={(value) => onChange({ kind: value, text: '' })}
      />
      <ComboBox
        className="field"
        inputValue={text}
        onInputChange={(value) => onChange({ kind, text: value })}
        allowsCustomValue
        menuTrigger="focus"
      >
        <Label className="unseen">{label}</Label>
        <Input className="field-input" data-mono="" spellCheck={false} placeholder={t(`compare.hint.${kind}`)} />
        <Popover className="popover" offset={4}>
          <ListBox items={choices.map((name) => ({ id: name }))}>
            {({ id }) => (
              <ListBoxItem id={id} textValue={id} className="option">
                <code className="cut">{id}</code>
              </ListBoxItem>
            )}
          </ListBox>
        </Popover>
      </ComboBox>
    </fieldset>
  );
}

/** What there is of the kind; of layers the images that have them. */
function useChoices({ kind }: SideDraft): readonly string[] {
  const images = useStore(appStores().images, (state) => state.images) ?? [];
  const containers = useStore(appStores().containers, (state) => state.containers) ?? [];
  const names = images.flatMap(({ RepoTags }) => RepoTags);
  if (kind === 'image') return names;
  if (kind === 'layer') return names.map((name) => `${name}#1`);
  if (kind === 'container') return containers.map(({ Id, Names }) => (Names[0] ?? Id).replace(/^\//, ''));
  return [];
}
