// Tokens: what limpid signs, npm jose verifies, and the reverse.
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { after, test } from 'node:test';
import { base64, importPeer, mutations, Oracle, ROUND_TRIPS, randomJson, randomText, repeat } from './oracle.mjs';

const jose = await importPeer('jose');
const oracle = new Oracle();
after(() => oracle.close());

/** A new key of each kind: what signs and what verifies, as JSON Web Keys and as jose's keys. */
async function makeKey(alg) {
  const kid = randomBytes(9).toString('base64url');
  if (alg === 'HS256') {
    const secret = randomBytes(32 + randomInt(65));
    const jwk = { kty: 'oct', k: secret.toString('base64url'), alg, kid };
    return { alg, kid, publicJwk: jwk, privateJwk: jwk, publicKey: secret, privateKey: secret };
  }
  const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  const publicJwk = { ...(await jose.exportJWK(publicKey)), alg, kid };
  const privateJwk = { ...(await jose.exportJWK(privateKey)), alg, kid };
  return { alg, kid, publicJwk, privateJwk, publicKey, privateKey };
}

/** A few keys for many tokens: making RSA keys is what takes the time. */
async function makeKeys(alg, count) {
  return Promise.all(Array.from({ length: count }, () => makeKey(alg)));
}

const NOW = Math.floor(Date.now() / 1000);
const someText = () => `${randomText(20)}.`;

for (const alg of ['HS256', 'EdDSA']) {
  const keys = await makeKeys(alg, 20);

  test(`${ROUND_TRIPS} ${alg} tokens issued here are accepted by jose`, async () => {
    await repeat(ROUND_TRIPS, async (i) => {
      const key = keys[i % keys.length];
      const issuer = someText();
      const subject = someText();
      const audiences = Array.from({ length: 1 + randomInt(3) }, someText);
      const claims = { data: randomJson(), [`x${randomText(10)}`]: randomJson(0) };
      const command = {
        do: 'issue-jwt',
        keys: [key.privateJwk],
        issuer,
        subject,
        audiences,
        lifetime: 600,
        claims,
        now: NOW,
      };
      const { ok, code } = await oracle.ask(command);
      assert.ok(ok, code);
      const { payload, protectedHeader } = await jose.jwtVerify(ok, key.publicKey, {
        issuer,
        audience: audiences[0],
        typ: 'JWT',
        currentDate: new Date(NOW * 1000),
        algorithms: [alg],
        requiredClaims: ['iat', 'exp', 'sub'],
      });
      assert.deepEqual(protectedHeader, { alg, kid: key.kid, typ: 'JWT' });
      const aud = audiences.length === 1 ? audiences[0] : audiences;
      assert.deepEqual(payload, { ...claims, iss: issuer, sub: subject, aud, iat: NOW, exp: NOW + 600 });
    });
  });
}

for (const [alg, count] of [
  ['HS256', ROUND_TRIPS],
  ['EdDSA', ROUND_TRIPS],
  ['RS256', 500],
  ['PS256', 500],
  ['ES256', 500],
]) {
  const keys = await makeKeys(alg, alg.endsWith('S256') && alg !== 'HS256' ? 3 : 20);

  test(`${count} ${alg} tokens of jose are accepted here`, async () => {
    await repeat(count, async (i) => {
      const key = keys[i % keys.length];
      const issuer = someText();
      const audience = someText();
      const claims = { data: randomJson(), sub: randomText() };
      const token = await new jose.SignJWT(claims)
        .setProtectedHeader({ alg, kid: key.kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(NOW)
        .setExpirationTime(NOW + 600)
        .sign(key.privateKey);
      const others = keys.filter((other) => other !== key).map((other) => other.publicJwk);
      const { ok, code } = await oracle.ask({
        do: 'verify-jwt',
        keys: [...others, key.publicJwk],
        issuer,
        audience,
        token,
        now: NOW,
      });
      assert.equal(code, undefined);
      assert.deepEqual(ok, { ...claims, iss: issuer, aud: audience, iat: NOW, exp: NOW + 600 });
    });
  });

  test(`a ${alg} token of jose is refused with another key`, async () => {
    const token = await new jose.CompactSign(randomBytes(20)).setProtectedHeader({ alg }).sign(keys[0].privateKey);
    const { code } = await oracle.ask({ do: 'verify-jws', keys: [keys[1].publicJwk], token });
    assert.equal(code, 'jwt.signature_mismatch');
  });

  test(`every single-byte change of a ${alg} token is refused`, async () => {
    const key = keys[0];
    const token = await new jose.CompactSign(Buffer.from('{"a":1}')).setProtectedHeader({ alg }).sign(key.privateKey);
    assert.ok((await oracle.ask({ do: 'verify-jws', keys: [key.publicJwk], token })).ok);
    const all = [...mutations(token)];
    await repeat(all.length, async (i) => {
      const { ok } = await oracle.ask({ do: 'verify-jws', keys: [key.publicJwk], token: all[i] });
      assert.equal(ok, undefined, all[i]);
    });
  });
}

test('payloads of any bytes come through both ways', async () => {
  const key = await makeKey('EdDSA');
  await repeat(1000, async (i) => {
    const payload = randomBytes(i % 200);
    const { ok: token } = await oracle.ask({ do: 'sign-jws', keys: [key.privateJwk], payload: base64(payload) });
    const verified = await jose.compactVerify(token, key.publicKey);
    assert.deepEqual(Buffer.from(verified.payload), payload);
    const theirs = await new jose.CompactSign(payload)
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
      .sign(key.privateKey);
    assert.equal(theirs.split('.')[1], token.split('.')[1]);
    const { ok } = await oracle.ask({ do: 'verify-jws', keys: [key.publicJwk], token: theirs });
    assert.equal(ok, base64(payload));
  });
});

test('private keys of jose are refused where public ones belong', async () => {
  for (const alg of ['EdDSA', 'RS256', 'ES256']) {
    const { privateJwk } = await makeKey(alg);
    const { code } = await oracle.ask({ do: 'verify-jws', keys: [privateJwk], token: 'a.b.c' });
    assert.equal(code, 'jwk.private_key');
  }
});
