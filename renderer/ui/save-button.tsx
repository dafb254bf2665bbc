import { Download } from 'lucide-react';
import { type ReactNode, useState } from 'react';

import { Button } from './button.tsx';
import { type FileToSave, saveFile } from './save-file.ts';

interface SaveButtonProps extends FileToSave {
  readonly label: string;
  readonly size?: 'small';
}

/** Writes what comes to a file of the person's. */
export function SaveButton({ label, size, ...file }: SaveButtonProps): ReactNode {
  const [isPending, setIsPending] = useState(false);
  const run = async (): Promise<void> => {
    setIsPending(true);
    await saveFile(file);
    setIsPending(false);
  };
  return (
    <Button
      {...(size === undefined ? {} : { size })}
      icon={<Download aria-hidden />}
      isPending={isPending}
      onPress={() => void run()}
    >
      {label}
    </Button>
  );
}
