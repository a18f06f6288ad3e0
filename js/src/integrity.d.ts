/**
 * SHA-256 of each .wasm file of this package, by file name and in the form of Subresource Integrity.
 * The values are known once the files are built: scripts/write-integrity.mjs writes integrity.js
 * beside the compiled modules.
 */
export declare const INTEGRITY: Readonly<Record<string, `sha256-${string}`>>;
