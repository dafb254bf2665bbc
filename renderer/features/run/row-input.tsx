import type { ClipboardEventHandler, ReactNode } from 'react';
import { Input, TextField } from 'react-aria-components';

interface RowInputProps {
  /** Only read aloud; the head of the list says it to the eye. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isInvalid: boolean;
  /** The id of what says why. */
  readonly errorId: string;
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
  readonly onPaste?: ClipboardEventHandler<HTMLInputElement>;
}

/** One cell of a list of rows. */
export function RowInput({ label, isInvalid, errorId, placeholder, onPaste, ...rest }: RowInputProps): ReactNode {
  return (
    <TextField
      {...rest}
      className="field"
      aria-label={label}
      isInvalid={isInvalid}
      {...(isInvalid ? { 'aria-describedby': errorId } : {})}
    >
      <Input
        className="field-input"
        data-mono=""
        spellCheck={false}
        {...(placeholder === undefined ? {} : { placeholder })}
        {...(onPaste === undefined ? {} : { onPaste })}
      />
    </TextField>
  );
}
