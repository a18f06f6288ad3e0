// The same questions in Node and in a page, which have to get the same answers. What is asked
// about comes as plain data, for a page cannot make it.

const NOW = new Date('2026-06-01T00:00:00Z');
const utf8 = (text) => new TextEncoder().encode(text);

/** The example that Standard Webhooks publishes. */
export const WEBHOOK = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  body: '{"test": 2432232314}',
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  now: new Date(1_614_265_330_000),
};

/** The example that GitHub publishes. */
export const GITHUB_WEBHOOK = {
  secret: "It's a Secret to Everybody",
  body: 'Hello, World!',
  headers: {
    'X-Hub-Signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  },
};

/** RFC 7515 appendix A.1. */
export const HS256 = {
  jwk: '{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}',
  token:
    'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  options: { issuer: 'joe', requireAudience: false, now: new Date(1_300_819_000_000) },
};

const CASES = {
  recipe: (s, { recipe, key }) => s.verifyRecipe(recipe, { keys: [key], now: NOW }),
  recipeOfAnotherPurpose: (s, { recipe, key }) =>
    s.verifyRecipe(recipe, { keys: [{ key, purposes: ['limpid.manifest'] }], now: NOW }),
  recipeOfNobody: (s, { recipe }) => s.verifyRecipe(recipe, { keys: [], now: NOW }),
  recipeTooLate: (s, { recipe, key }) => s.verifyRecipe(recipe, { keys: [key], now: new Date('2027-01-01T00:01:01Z') }),
  recipeChanged: (s, { recipe, key }) =>
    s.verifyRecipe(recipe.replace('"exposure_ev":0.5', '"exposure_ev":0.6'), { keys: [key], now: NOW }),
  licence: (s, { licence, issuer }) => s.verifyLicense(licence, { issuers: [issuer], now: NOW }),
  licenceExpired: (s, { licence, issuer }) =>
    s.verifyLicense(licence, { issuers: [issuer], now: new Date('2030-01-01T00:00:00Z') }),
  licenceFeature: (s, { licence, issuer }) =>
    s.verifyLicense(licence, { issuers: [issuer], now: NOW, feature: 'batch' }),
  webhook: (s) =>
    s.verifyWebhook(WEBHOOK.body, WEBHOOK.headers, {
      dialect: 'standard',
      keys: [{ secret: utf8(WEBHOOK.secret), id: 'example' }],
      now: WEBHOOK.now,
    }),
  webhookLate: (s) =>
    s.verifyWebhook(WEBHOOK.body, WEBHOOK.headers, {
      dialect: 'standard',
      keys: [{ secret: utf8(WEBHOOK.secret) }],
      now: NOW,
    }),
  githubWebhook: (s) =>
    s.verifyWebhook(GITHUB_WEBHOOK.body, GITHUB_WEBHOOK.headers, {
      dialect: 'github',
      keys: [{ secret: utf8(GITHUB_WEBHOOK.secret) }],
      now: NOW,
    }),
  hs256: (s) => s.verifyJwt(HS256.token, { ...HS256.options, keys: [{ jwk: utf8(HS256.jwk) }] }),
  hs256Expired: (s) => s.verifyJwt(HS256.token, { ...HS256.options, keys: [{ jwk: utf8(HS256.jwk) }], now: NOW }),
  edDsa: (s, { token, tokenKey }) =>
    s.verifyJwt(token, {
      keys: [{ ed25519: Uint8Array.from(tokenKey) }],
      issuer: 'limpid',
      audience: ['x', 'demo'],
      now: NOW,
    }),
  prototype: (s) => s.parseJsonStrict('{"a":[{"\\u005f_proto__":{"polluted":true}}]}'),
  canonical: (s) => s.canonicalJson('{"b":1.0,"a":"\\u0041"}'),
  inspected: (s, { photo }) => s.inspect(Uint8Array.from(photo)),
  uploaded: (s, { photo }) => s.checkUpload(Uint8Array.from(photo), { declaredType: 'image/png' }),
  redacted: (s) => s.redact('{"user":"ada","password":"hunter2"}', { as: 'json' }),
  signed: (s, { secretKey }) =>
    s.signFile(utf8('a file'), { secretKey: Uint8Array.from(secretKey), trustedComment: 'of the file' }),
  signedWebhook: (s) =>
    s.signWebhook(WEBHOOK.body, {
      dialect: 'svix',
      keys: [{ secret: utf8(WEBHOOK.secret) }],
      messageId: 'msg_1',
      now: NOW,
    }),
};

/** Every answer by the name of its case, as JSON. @param json further texts to parse strictly */
export async function answers(security, given, json = []) {
  const all = {};
  for (const [name, ask] of Object.entries(CASES)) all[name] = JSON.stringify(await ask(security, given));
  const parsed = [];
  for (const text of json) parsed.push(JSON.stringify(await security.parseJsonStrict(text)));
  return { ...all, parsed };
}
