import { Download } from 'lucide-react';
import { type ReactNode, useState } from 'react';

import { Button } from './button.tsx';
import { saveStream } from './save-stream.ts';
import { toast } from './toast.tsx';

interface SaveButtonProps {
  readonly label: string;
  /** What the file is called, unless the person chooses another name. */
  readonly fileName: string;
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Said when all is written; left out where somebody else says so. */
  readonly saved?: string;
  readonly failed: string;
  readonly size?: 'small';
}

/** Writes what comes to a file of the person's. */
export function SaveButton({ label, fileName, open, saved, failed, size }: SaveButtonProps): ReactNode {
  const [isPending, setIsPending] = useState(false);
  const run = async (): Promise<void> => {
    setIsPending(true);
    try {
      const isSaved = await saveStream(fileName, open);
      if (isSaved && saved !== undefined) toast({ tone: 'good', title: saved });
    } catch (thrown) {
      toast({ tone: 'danger', title: failed, text: thrown instanceof Error ? thrown.message : String(thrown) });
    } finally {
      setIsPending(false);
    }
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
