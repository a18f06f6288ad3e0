// Webhooks: what limpid signs, the senders' own packages verify, and the reverse.
import assert from 'node:assert/strict';
import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { after, test } from 'node:test';
import {
  base64,
  identifier,
  importPeer,
  mutations,
  Oracle,
  ROUND_TRIPS,
  randomJson,
  randomText,
  repeat,
} from './oracle.mjs';

const standard = await importPeer('standardwebhooks');
const svix = await importPeer('svix');
const octokit = await importPeer('@octokit/webhooks-methods');
const oracle = new Oracle();
after(() => oracle.close());

/** The packages hold timestamps against their own clock. */
const now = () => Math.floor(Date.now() / 1000);
const standardSecret = () => `whsec_${randomBytes(24 + randomInt(41)).toString('base64')}`;
const body = () => JSON.stringify(randomJson());

for (const [dialect, { Webhook }] of Object.entries({ standard, svix })) {
  const prefix = dialect === 'svix' ? 'svix' : 'webhook';

  test(`${ROUND_TRIPS} deliveries signed here are accepted by ${dialect}`, async () => {
    await repeat(ROUND_TRIPS, async () => {
      const [secret, id, payload] = [standardSecret(), identifier(), body()];
      const { ok: headers, code } = await oracle.ask({
        do: 'sign-webhook',
        dialect,
        secret,
        id,
        body: base64(payload),
        now: now(),
      });
      assert.equal(code, undefined);
      assert.deepEqual(Object.keys(headers).sort(), [`${prefix}-id`, `${prefix}-signature`, `${prefix}-timestamp`]);
      assert.deepEqual(new Webhook(secret).verify(payload, headers), JSON.parse(payload));
    });
  });

  test(`${ROUND_TRIPS} deliveries of ${dialect} are accepted here`, async () => {
    await repeat(ROUND_TRIPS, async () => {
      const [secret, id, payload, time] = [standardSecret(), identifier(), body(), now()];
      const headers = {
        [`${prefix}-id`]: id,
        [`${prefix}-timestamp`]: String(time),
        [`${prefix}-signature`]: new Webhook(secret).sign(id, new Date(time * 1000), payload),
      };
      const { ok, code } = await oracle.ask({
        do: 'verify-webhook',
        dialect,
        secret,
        headers,
        body: base64(payload),
        now: time + 300,
      });
      assert.equal(code, undefined);
      assert.equal(ok, id);
    });
  });
}

test(`${ROUND_TRIPS} deliveries signed here are accepted by octokit, and the reverse`, async () => {
  await repeat(ROUND_TRIPS, async () => {
    const [secret, payload] = [randomBytes(16 + randomInt(30)).toString('base64'), body()];
    const { ok: headers } = await oracle.ask({
      do: 'sign-webhook',
      dialect: 'github',
      secret,
      body: base64(payload),
      now: 0,
    });
    const signature = headers['X-Hub-Signature-256'];
    assert.ok(await octokit.verify(secret, payload, signature));
    assert.equal(await octokit.sign(secret, payload), signature);
    const { ok } = await oracle.ask({
      do: 'verify-webhook',
      dialect: 'github',
      secret,
      headers: { 'x-hub-signature-256': signature },
      body: base64(payload),
      now: 0,
    });
    assert.equal(ok, '');
  });
});

test(`${ROUND_TRIPS} Stripe and plain hex deliveries agree with node's HMAC`, async () => {
  await repeat(ROUND_TRIPS, async () => {
    const [secret, payload, time] = [
      `whsec_${randomBytes(24).toString('base64')}`,
      Buffer.from(randomText(200)),
      now(),
    ];
    const mac = (text) => createHmac('sha256', secret).update(text).update(payload).digest('hex');
    const stripe = `t=${time},v1=${mac(`${time}.`)}`;
    const common = { secret, body: base64(payload), now: time };
    const signed = await oracle.ask({ do: 'sign-webhook', dialect: 'stripe', ...common });
    assert.deepEqual(signed.ok, { 'Stripe-Signature': stripe });
    const verified = await oracle.ask({
      do: 'verify-webhook',
      dialect: 'stripe',
      headers: { 'STRIPE-SIGNATURE': `${stripe},v0=x` },
      ...common,
    });
    assert.equal(verified.ok, '');
    const hex = await oracle.ask({ do: 'sign-webhook', dialect: 'hex', header: 'x-signature', ...common });
    assert.deepEqual(hex.ok, { 'x-signature': mac('') });
  });
});

test('every single-byte change of a delivery is refused', async () => {
  const secret = standardSecret();
  const payload = '{"event":"done"}';
  const time = now();
  const id = identifier();
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(time),
    'webhook-signature': new standard.Webhook(secret).sign(id, new Date(time * 1000), payload),
  };
  const verdict = (changes) =>
    oracle.ask({
      do: 'verify-webhook',
      dialect: 'standard',
      secret,
      headers,
      body: base64(payload),
      now: time,
      ...changes,
    });
  assert.equal((await verdict({})).ok, id);
  const changed = [...mutations(payload)].map((text) => ({ body: base64(Buffer.from(text, 'latin1')) }));
  for (const [name, value] of Object.entries(headers)) {
    changed.push(...[...mutations(value)].map((text) => ({ headers: { ...headers, [name]: text } })));
  }
  await repeat(changed.length, async (i) => {
    assert.equal((await verdict(changed[i])).ok, undefined, JSON.stringify(changed[i]));
  });
});
