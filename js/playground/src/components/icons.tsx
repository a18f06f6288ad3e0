// Line icons on a grid of 16, drawn in the colour of the text.

import type { ComponentChildren } from 'preact';

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

const lines = (d: string) => () => (
  <Icon>
    <path d={d} />
  </Icon>
);

export const PlusIcon = lines('M8 3v10M3 8h10');
export const MinusIcon = lines('M3 8h10');
export const FitIcon = lines('M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3');
export const CloseIcon = lines('M4 4l8 8M12 4l-8 8');
export const CheckIcon = lines('M3 8.5l3.2 3.2L13 5');
export const SaveIcon = lines('M8 2.5v8M4.5 7.5L8 11l3.5-3.5M2.5 13.5h11');
export const ImageIcon = lines('M2.5 3.5h11v9h-11zM2.5 11l3.5-3.5 3 3 1.5-1.5 3 3M10.5 6.5h.01');
export const CopyIcon = lines('M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3');
export const ShieldIcon = lines('M8 1.8l5 2v4c0 3.2-2.2 5.3-5 6.5-2.8-1.2-5-3.3-5-6.5v-4zM5.6 8l1.7 1.7 3.2-3.4');
export const WarnIcon = lines('M8 2.2l6.3 11.3H1.7zM8 6.5v3.5M8 11.8h.01');
export const LockIcon = lines('M3.5 7.5h9v6h-9zM5.3 7.5v-2a2.7 2.7 0 0 1 5.4 0v2');

/** limpid's drop. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path class="half" d="M12 2c4.5 6 7.5 9.3 7.5 13.3a7.5 7.5 0 0 1-15 0C4.5 11.3 7.5 8 12 2z" />
      <path d="M12 2c4.5 6 7.5 9.3 7.5 13.3A7.5 7.5 0 0 1 12 22.8z" />
    </svg>
  );
}
