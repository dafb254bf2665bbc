import { toast } from './toast.tsx';

interface Undoable {
  /** What has been done. */
  readonly title: string;
  readonly text?: string;
  /** What the button says. */
  readonly undoLabel: string;
  /** @returns what to say of it. */
  readonly undo: () => Promise<{ readonly title: string; readonly failure?: string | undefined }>;
}

/** Says what has been done, with a way back for a while. */
export function undoToast({ title, text, undoLabel, undo }: Undoable): void {
  const onAction = async (): Promise<void> => {
    const said = await undo();
    if (said.failure === undefined) toast({ tone: 'good', title: said.title });
    else toast({ tone: 'danger', title: said.title, text: said.failure });
  };
  toast({
    tone: 'good',
    title,
    ...(text === undefined ? {} : { text }),
    action: { label: undoLabel, onAction: () => void onAction() },
  });
}
