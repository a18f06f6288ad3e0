// Copies a text, and says that it did.

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { announce } from '../announcer.js';
import { CheckIcon, CopyIcon } from './icons.js';

const SHOWN_MS = 1800;

interface Props {
  readonly label: string;
  readonly text: () => string;
  readonly class?: string;
  readonly onCopied?: () => void;
  readonly children?: ComponentChildren;
}

/** Plain http pages of other machines have no clipboard: then the text is there to be selected. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export function CopyButton({ label, text, class: className = 'icon-button', onCopied, children }: Props) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [done]);
  const onClick = async () => {
    const ok = await copied(text());
    setDone(ok);
    announce(ok ? `${label}: copied` : 'The browser does not let this page copy; select the text instead');
    onCopied?.();
  };
  return (
    <button type="button" class={className} aria-label={label} onClick={onClick}>
      {done ? <CheckIcon /> : <CopyIcon />}
      {children}
    </button>
  );
}
