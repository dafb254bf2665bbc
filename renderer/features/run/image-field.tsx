import { ChevronDown, Download } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  ComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
} from 'react-aria-components';
import { useStore } from 'zustand';

import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';

import { imageNames } from './local-image.ts';
import type { RunForm } from './run-form.ts';

interface ImageFieldProps {
  readonly form: RunForm;
  /** Whether it is known not to be on this machine. */
  readonly isMissing: boolean;
}

/** Any of the images on this machine, or any name that is typed. */
export function ImageField({ form, isMissing }: ImageFieldProps): ReactNode {
  const t = useTranslate();
  const { image } = form.draft;
  const error = form.errorAt('image');
  return (
    <div className="run-image">
      <ComboBox
        className="field"
        inputValue={image}
        onInputChange={(text) => form.change({ image: text })}
        onBlur={() => form.onLeave('image')}
        allowsCustomValue
        menuTrigger="focus"
        isInvalid={error !== undefined}
      >
        <Label className="field-label">{t('run.image')}</Label>
        <span className="run-combo">
          <Input className="field-input" data-mono="" spellCheck={false} placeholder="redis:4.0.6" />
          <AriaButton className="run-combo-button" aria-label={t('run.imageChoices')}>
            <ChevronDown aria-hidden />
          </AriaButton>
        </span>
        <FieldError className="field-error">{error}</FieldError>
        <Popover className="popover run-combo-list" offset={4}>
          <ImageOptions />
        </Popover>
      </ComboBox>
      {isMissing && (
        <Button
          size="small"
          icon={<Download aria-hidden />}
          onPress={() => appStores().pullForm.getState().open(image.trim())}
        >
          {t('run.pull', { image: image.trim() })}
        </Button>
      )}
    </div>
  );
}

function ImageOptions(): ReactNode {
  const format = useFormat();
  const images = useStore(appStores().images, (state) => state.images) ?? [];
  return (
    <ListBox>
      {images.flatMap((image) =>
        imageNames(image).map((name) => (
          <ListBoxItem key={name} id={name} textValue={name} className="option">
            <code className="cut">{name}</code>
            <span className="run-combo-size faint small numbers">{format.bytes(image.Size)}</span>
          </ListBoxItem>
        )),
      )}
    </ListBox>
  );
}
