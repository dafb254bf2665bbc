import type { ReactNode, Ref } from 'react';
import {
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from 'react-aria-components';

import './field.css';

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'style' | 'children'> {
  readonly label: string;
  readonly help?: ReactNode;
  /** What is wrong with it; shown when `isInvalid`, or whenever it is given. */
  readonly error?: string | undefined;
  readonly placeholder?: string;
  /** For what is typed as it is: names, paths, commands. */
  readonly mono?: boolean;
  readonly rows?: number;
  readonly inputRef?: Ref<HTMLInputElement>;
}

export function TextField({
  label,
  help,
  error,
  placeholder,
  mono = false,
  rows,
  inputRef,
  ...rest
}: TextFieldProps): ReactNode {
  const look = { className: 'field-input', spellCheck: false, ...(mono ? { 'data-mono': '' } : {}) };
  const shown = placeholder === undefined ? {} : { placeholder };
  return (
    <AriaTextField {...rest} className="field" isInvalid={error !== undefined || rest.isInvalid === true}>
      <Label className="field-label">{label}</Label>
      {rows === undefined ? (
        <Input {...look} {...shown} {...(inputRef === undefined ? {} : { ref: inputRef })} />
      ) : (
        <TextArea {...look} {...shown} rows={rows} />
      )}
      {help !== undefined && error === undefined && (
        <Text slot="description" className="field-help">
          {help}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </AriaTextField>
  );
}
