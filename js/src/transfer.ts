/** What of a message can be handed to another thread instead of copied. */
export function buffersOf(message: unknown): Transferable[] {
  const found = new Set<Transferable>();
  const collect = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer && value.byteLength > 0) found.add(value.buffer);
    } else if (isBitmap(value)) {
      found.add(value);
    } else if (typeof value === 'object' && value !== null) {
      Object.values(value).forEach(collect);
    }
  };
  collect(message);
  return [...found];
}

export function isBitmap(value: unknown): value is ImageBitmap {
  return typeof ImageBitmap === 'function' && value instanceof ImageBitmap;
}
