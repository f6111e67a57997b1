// A button that takes files, on which they may be dropped, too.
import { useState } from 'preact/hooks';

interface FileDropProps {
  readonly label: string;
  /** Endings of the files that the dialog shows. */
  readonly accept: string;
  give(files: readonly File[]): void;
}

export function FileDrop({ label, accept, give }: FileDropProps) {
  const [isOver, setOver] = useState(false);
  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) give(files);
  };
  return (
    <label class={isOver ? 'drop over' : 'drop'} {...{ onDragOver, onDrop }} onDragLeave={() => setOver(false)}>
      <span>{label}, or drop them here</span>
      <input
        type="file"
        multiple
        accept={accept}
        onChange={({ currentTarget }) => {
          if (currentTarget.files?.length) give([...currentTarget.files]);
          currentTarget.value = ''; // the same files may be chosen again
        }}
      />
    </label>
  );
}
