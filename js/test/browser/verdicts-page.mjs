// Judges Wycheproof vectors and the examples of standards in the page, as window.verdicts.

import createJudge from '../../../build/wasm-simd/tests/security/verdicts_browser.mjs';

const judge = createJudge();

window.verdicts = {
  suites: async () => (await judge).suites(),
  examples: async () => (await judge).examples(),
  judge: async (index, url) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: status ${response.status}`);
    return (await judge).judge(index, await response.text());
  },
};
