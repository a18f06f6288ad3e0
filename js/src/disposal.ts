// What ends things: `using`, and the garbage collector for those who forget.

// Older engines lack the symbols; then the members exist but `using` does not.
export const disposeSymbol: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
export const asyncDisposeSymbol: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/** Lives on behind an object that people hold, and must not know it. */
export interface Retirable {
  /** Let what is under way finish, then end. */
  retire(): void;
}

const dropped =
  typeof FinalizationRegistry === 'function'
    ? new FinalizationRegistry<Retirable>((behind) => behind.retire())
    : undefined;

/** A net for an owner that nobody disposes: `behind` is retired once the owner is collected. */
export function retireWhenDropped(owner: object, behind: Retirable): void {
  dropped?.register(owner, behind, owner);
}

export function disposed(owner: object): void {
  dropped?.unregister(owner);
}
