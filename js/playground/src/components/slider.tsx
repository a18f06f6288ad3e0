// A share of something, 0 to 100 %.

import { useEffect, useRef } from 'preact/hooks';
import { percent } from '../words.js';

interface Props {
  readonly label: string;
  /** Hidden labels are for those who do not see the heading above. */
  readonly labelHidden?: boolean;
  readonly value: number;
  readonly onInput: (value: number) => void;
}

export function Slider({ label, labelHidden = false, value, onInput }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const shown = percent(value);
  // How much of the track is filled; a custom property, for the policy allows no style attribute.
  useEffect(() => input.current?.style.setProperty('--filled', String(value)), [value]);
  return (
    <label class="slider">
      <span class={labelHidden ? 'visually-hidden' : 'slider-label'}>{label}</span>
      <input
        ref={input}
        type="range"
        min="0"
        max="100"
        step="1"
        value={Math.round(value * 100)}
        aria-valuetext={shown}
        onInput={({ currentTarget }) => onInput(Number(currentTarget.value) / 100)}
      />
      <output>{shown}</output>
    </label>
  );
}
