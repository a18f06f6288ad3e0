// The glue that emcc writes; wasm/CMakeLists.txt makes it and scripts/copy-wasm.mjs puts it in place.
declare module '*.mjs' {
  const factory: import('./instantiate.js').GlueFactory;
  export default factory;
}
