export default {
  // The test serves files.
  output: 'export',
  // The test's packages are links to the repository's.
  turbopack: { root: process.env.LIMPID_ROOT },
};
