// What the tests call in the page, as window.limpid.

import * as security from '../../dist/security/index.js';
import { answers } from '../support/security-cases.mjs';

const violations = [];
addEventListener('securitypolicyviolation', (event) =>
  violations.push(`${event.violatedDirective} ${event.blockedURI}`),
);

window.limpid = {
  violations: () => violations,
  answers: (given, json) => answers(security, given, json),
  polluted: () => ({}).polluted,
  /** A key of this page's own randomness, used at once. */
  async ownKey() {
    const { publicKey, secretKey } = await security.generateKeys();
    const document = await security.signRecipe({ version: 1 }, { secretKey });
    const { ok } = await security.verifyRecipe(document, { keys: [publicKey] });
    return { ok, publicKey };
  },
  failure: (options) =>
    security.createSecurity(options).then(
      () => undefined,
      ({ name, code }) => ({ name, code }),
    ),
};
