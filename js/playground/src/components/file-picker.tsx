// A button that asks for photographs, or for a folder of them.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { photosOf } from '../folders.js';

interface Props {
  readonly class?: string;
  readonly label: string;
  readonly folder?: boolean;
  readonly onFiles: (files: File[]) => void;
  readonly children: ComponentChildren;
}

export function FilePicker({ class: className = '', label, folder = false, onFiles, children }: Props) {
  const input = useRef<HTMLInputElement>(null);
  // Not among the attributes that preact knows.
  useEffect(() => {
    if (input.current) input.current.webkitdirectory = folder;
  }, [folder]);
  return (
    <>
      <button type="button" class={className} aria-label={label} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          onFiles(folder ? photosOf(files) : files);
          // The same file may be chosen again.
          currentTarget.value = '';
        }}
      />
    </>
  );
}
