/** Dispose it when the test ends. Node 20 does not know `using` yet. */
export function use(t, resource) {
  t.after(() => resource.dispose());
  return resource;
}
