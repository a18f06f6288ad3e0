// limpid/client against the built limpidd, and against servers that behave as services, proxies and strangers do.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient, LimpidError, ServiceError } from 'limpid/client';
import { cli, startLimpidd } from '../support/limpidd.mjs';
import { dataFolder } from '../support/paths.mjs';

const photo = readFileSync(`${dataFolder}jpeg/420.jpg`);
const JOB = {
  id: '0123456789abcdef0123456789abcdef',
  status: 'queued',
  attempts: 0,
  created: '2026-01-01T00:00:00.000Z',
};

/** What the command line writes for the photo: the same pipeline in a program of its own. */
function local(folder, args, name = 'out.jpg') {
  const out = join(folder, name);
  execFileSync(cli, ['enhance', `${dataFolder}jpeg/420.jpg`, '-o', out, ...args], { stdio: 'pipe' });
  return readFileSync(out);
}

/** A server that answers the n-th request with the n-th of `answers`; `seen` has what came. */
async function fake(t, answers) {
  const seen = [];
  const server = createServer(async (request, response) => {
    const body = [];
    for await (const part of request) body.push(part);
    seen.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(body) });
    await answers[Math.min(seen.length, answers.length) - 1](request, response);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, seen };
}

const answer = (status, headers, body) => (_, response) => response.writeHead(status, headers).end(body);
const problem = (status, code, headers = {}) =>
  answer(
    status,
    { 'Content-Type': 'application/problem+json', ...headers },
    JSON.stringify({ code, status, detail: 'd' }),
  );
const json = (value, status = 200) => answer(status, { 'Content-Type': 'application/json' }, JSON.stringify(value));
const jobEvent = (revision, status) =>
  `id: ${revision}\nevent: status\ndata: ${JSON.stringify({ ...JOB, status })}\n\n`;

test('W20_TheBytesAreThoseOfTheLocalPipeline', async (t) => {
  const { url, apiKey, folder } = await startLimpidd(t);
  const client = createClient({ url, apiKey });
  const plain = await client.enhance(photo);
  assert.equal(plain.mediaType, 'image/jpeg');
  assert.match(plain.requestId, /^[0-9a-f-]+$/);
  assert.deepEqual(Buffer.from(plain.bytes), local(folder, []));

  const chosen = { format: 'webp', preset: 'vivid', strength: 0.5, quality: 70 };
  const args = ['--preset', 'vivid', '--strength', '0.5', '--quality', '70'];
  const blob = new Blob([photo], { type: 'image/png' }); // what a name made of it: content decides
  assert.deepEqual(Buffer.from((await client.enhance(blob, chosen)).bytes), local(folder, args, 'out.webp'));

  // The options of the library lead to its bytes, an enlargement included.
  const resize = { width_px: 300, height_px: 300, fit: 'cover' };
  const larger = ['--resize', '300x300', '--fit', 'fill'];
  assert.deepEqual(Buffer.from((await client.enhance(photo, { resize })).bytes), local(folder, larger));
  const kept = await client.enhance(photo, { resize: { width_px: 300, enlarge: false } });
  assert.deepEqual(kept.bytes, plain.bytes);
  const refused = [{}, { width_px: 0 }, { width_px: 1.5 }, { width_px: 70_000 }, { width_px: 5, filter: 'lanczos3' }];
  for (const wrong of [...refused, { width_px: 5, fit: 'fill' }, 5]) {
    await assert.rejects(client.enhance(photo, { resize: wrong }), { code: 'argument.invalid' });
  }

  const { recipe, info, analysis } = await client.analyse(
    photo.buffer.slice(photo.byteOffset, photo.byteOffset + photo.length),
  );
  assert.equal(info.format, 'jpeg');
  assert.equal(typeof analysis, 'object');
  // The recipe that was decided, given back, leads to the same file.
  assert.deepEqual((await client.enhance(photo, { recipe })).bytes, plain.bytes);
  assert.deepEqual((await client.enhance(photo, { recipe: JSON.stringify(recipe) })).bytes, plain.bytes);
  assert.equal((await client.inspect(photo)).format, 'jpeg');
});

test('W20_ErrorsHaveTheCodesOfTheLibrary', async (t) => {
  const { url, apiKey } = await startLimpidd(t);
  const stranger = createClient({ url, apiKey: 'lmp_none' });
  await assert.rejects(stranger.inspect(photo), (error) => {
    assert.ok(error instanceof ServiceError && error instanceof LimpidError && error instanceof Error);
    assert.equal(error.name, 'ServiceError');
    assert.equal(error.code, 'apikey.missing');
    assert.equal(error.status, 401);
    assert.match(error.requestId, /^[0-9a-f-]+$/);
    assert.match(error.message, /^apikey\.missing: ./);
    return true;
  });
  await assert.rejects(createClient({ url }).inspect(photo), { code: 'apikey.missing' });
  const client = createClient({ url, apiKey: async () => apiKey });
  await assert.rejects(client.enhance(photo.subarray(0, 200)), { code: 'image.truncated', status: 422 });
  await assert.rejects(client.enhance(Buffer.from('hello')), { code: 'upload.unsupported_type', status: 415 });
  await assert.rejects(client.enhance(photo, { recipe: { version: 9 } }), { code: 'recipe.unsupported_version' });
  await assert.rejects(client.jobs.get('00000000000000000000000000000000'), { code: 'job.not_found', status: 404 });
});

test('W20_JobsAreSubmittedFollowedAndDeleted', async (t) => {
  const { url, apiKey, folder } = await startLimpidd(t);
  const { jobs } = createClient({ url, apiKey });
  const job = await jobs.submit(photo, { format: 'png', idempotencyKey: 'album-7' });
  assert.match(job.id, /^[0-9a-f]{32}$/);
  const changes = [];
  const ended = await jobs.wait(job.id, { onChange: ({ status }) => changes.push(status) });
  assert.equal(ended.status, 'done');
  assert.equal(changes.at(-1), 'done');
  assert.equal(ended.output.media_type, 'image/png');
  const expected = local(folder, [], 'out.png');
  const image = await jobs.output(job.id);
  assert.equal(image.mediaType, 'image/png');
  assert.deepEqual(Buffer.from(image.bytes), expected);
  assert.deepEqual((await jobs.result(job.id)).bytes, image.bytes);

  assert.equal((await jobs.submit(photo, { format: 'png', idempotencyKey: 'album-7' })).id, job.id);
  await assert.rejects(jobs.submit(photo, { idempotencyKey: 'album-7' }), { code: 'idempotency.mismatch' });
  assert.notEqual((await jobs.submit(photo)).id, job.id, 'each call without a key is a job of its own');

  const broken = await jobs.submit(photo.subarray(0, 300));
  assert.equal((await jobs.wait(broken.id)).status, 'failed');
  await assert.rejects(jobs.result(broken.id), { name: 'ServiceError', code: 'image.truncated' });
  await jobs.delete(job.id);
  await assert.rejects(jobs.get(job.id), { code: 'job.not_found' });
});

test('W20_ABusyServiceIsAskedAgainAsOftenAsItMayBe', async (t) => {
  const busy = problem(503, 'service.busy', { 'Retry-After': '1' });
  const cut = (request) => request.socket.destroy();
  const { url, seen } = await fake(t, [busy, cut, problem(429, 'rate.limited'), json(JOB, 202)]);
  const client = createClient({ url, apiKey: 'k' });
  const before = performance.now();
  assert.equal((await client.jobs.submit(photo)).id, JOB.id);
  assert.ok(performance.now() - before >= 1000, 'Retry-After was not waited for');
  assert.equal(seen.length, 4);
  const keys = new Set(seen.map(({ headers }) => headers['idempotency-key']));
  assert.match([...keys].join(), /^"[0-9a-f]{32}"$/, 'one key for all attempts');
  for (const { headers, body } of seen) {
    assert.equal(headers.authorization, 'Bearer k');
    assert.deepEqual(body, photo);
  }

  const long = await fake(t, [problem(429, 'rate.limited', { 'Retry-After': '3600' })]);
  await assert.rejects(createClient({ url: long.url }).inspect(photo), {
    code: 'rate.limited',
    status: 429,
    retryAfter_ms: 3_600_000,
  });
  assert.equal(long.seen.length, 1, 'more than it would wait');

  const never = await fake(t, [busy]);
  await assert.rejects(createClient({ url: never.url, retries: 1 }).inspect(photo), { code: 'service.busy' });
  assert.equal(never.seen.length, 2);
  const refused = await fake(t, [problem(422, 'image.truncated')]);
  await assert.rejects(createClient({ url: refused.url }).inspect(photo), { code: 'image.truncated' });
  assert.equal(refused.seen.length, 1, 'a refusal is final');
});

test('W20_WhatIsNoServiceIsSaidToBeNone', async (t) => {
  const html = answer(502, { 'Content-Type': 'text/html' }, '<h1>Bad Gateway</h1>');
  const endless = answer(500, {}, 'x'.repeat(1_000_000));
  const script = answer(404, {}, JSON.stringify({ code: '<script>', detail: 'x' }));
  for (const [what, status] of [
    [html, 502],
    [endless, 500],
    [script, 404],
  ]) {
    const { url } = await fake(t, [what]);
    const client = createClient({ url, retries: 0 });
    await assert.rejects(client.inspect(photo), { name: 'ServiceError', code: 'service.unreachable', status });
  }
  // Neither key nor photo goes where a redirect leads.
  const elsewhere = await fake(t, [json({})]);
  const { url } = await fake(t, [answer(307, { Location: elsewhere.url })]);
  await assert.rejects(createClient({ url, apiKey: 'k', retries: 0 }).inspect(photo), { code: 'service.unreachable' });
  assert.deepEqual(elsewhere.seen, []);
  const { url: other } = await fake(t, [json({ hello: 'world' })]);
  await assert.rejects(createClient({ url: other, retries: 0 }).jobs.get(JOB.id), { code: 'service.unreachable' });
  const { url: proto } = await fake(t, [answer(200, {}, `{"id":"0","status":"done","__proto__":{"polluted":1}}`)]);
  const job = await createClient({ url: proto }).jobs.get('0');
  assert.equal(Object.getPrototypeOf(job), null);
  assert.equal({}.polluted, undefined);
});

test('W20_EventsGoOnWhereTheyStopped', async (t) => {
  const stream = (text, end) => (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(text);
    // What was written has to leave before the connection breaks.
    setTimeout(() => (end ? response.end() : request.socket.destroy()), 50);
  };
  const { url, seen } = await fake(t, [
    stream(`retry: 2000\n\n:\n\n${jobEvent(1, 'queued')}id: 2\nevent: status\ndata: {"id"`, false),
    problem(503, 'service.stopping', { 'Retry-After': '0' }),
    stream(jobEvent(2, 'running').replaceAll('\n', '\r\n'), true),
    answer(204),
    json({ ...JOB, status: 'cancelled' }),
  ]);
  const changes = [];
  const job = await createClient({ url }).jobs.wait(JOB.id, { onChange: ({ status }) => changes.push(status) });
  assert.equal(job.status, 'cancelled');
  assert.deepEqual(changes, ['queued', 'running']);
  assert.deepEqual(
    seen.map(({ headers }) => headers['last-event-id']),
    [undefined, '1', '1', '2', undefined],
  );

  const silent = await fake(t, [stream(':\n\n', true)]);
  await assert.rejects(createClient({ url: silent.url, retries: 1 }).jobs.wait(JOB.id), {
    code: 'service.unreachable',
  });
  assert.equal(silent.seen.length, 2);
  const mine = await fake(t, [stream(jobEvent(1, 'queued'), true)]);
  const thrown = new TypeError('of the caller');
  const onChange = () => {
    throw thrown;
  };
  await assert.rejects(createClient({ url: mine.url }).jobs.wait(JOB.id, { onChange }), (error) => error === thrown);
});

test('W20_AbortingEndsCallsAndWaits', async (t) => {
  const { url, seen } = await fake(t, [() => {}]);
  const client = createClient({ url });
  const aborted = { name: 'AbortError', code: 'run.cancelled' };
  await assert.rejects(client.inspect(photo, { signal: AbortSignal.abort() }), aborted);
  assert.equal(seen.length, 0);
  await assert.rejects(client.inspect(photo, { signal: AbortSignal.timeout(100) }), aborted);
  await assert.rejects(client.jobs.wait(JOB.id, { signal: AbortSignal.timeout(100) }), aborted);
  const busy = await fake(t, [problem(503, 'service.busy', { 'Retry-After': '30' })]);
  await assert.rejects(createClient({ url: busy.url }).inspect(photo, { signal: AbortSignal.timeout(200) }), aborted);
});

test('W20_ArgumentsAreCheckedAndSecretsNotRepeated', async () => {
  const invalid = { code: 'argument.invalid' };
  for (const url of ['ftp://a', 'nonsense', 'http://u:secret@a', 'http://a/?secret', 'http://a#secret', 5, undefined]) {
    assert.throws(
      () => createClient({ url }),
      (error) => error.code === 'argument.invalid' && !/secret/.test(error.message),
    );
  }
  assert.throws(() => createClient({ url: 'http://a', apikey: 'x' }), invalid);
  assert.throws(() => createClient({ url: 'http://a', retries: -1 }), invalid);
  const client = createClient({ url: 'http://a', apiKey: 'secret\nX: 1' });
  await assert.rejects(
    client.inspect(photo),
    (error) => error.code === 'argument.invalid' && !/secret/.test(error.message),
  );
  await assert.rejects(client.enhance('photo.jpg'), invalid);
  await assert.rejects(client.enhance(photo, { qualty: 90 }), invalid);
  await assert.rejects(client.enhance(photo, { quality: 101 }), invalid);
  await assert.rejects(client.jobs.get('../../livez'), invalid);
  await assert.rejects(client.jobs.submit(photo, { idempotencyKey: 'a"b' }), invalid);
  const ownError = new Error('no key today');
  const failing = createClient({ url: 'http://a', apiKey: () => Promise.reject(ownError) });
  await assert.rejects(failing.inspect(photo), (error) => error === ownError);
});

test('W20_ARequireGetsTheSame', async (t) => {
  const required = createRequire(import.meta.url)('limpid/client');
  assert.deepEqual(Object.keys(required).sort(), ['LimpidError', 'ServiceError', 'createClient']);
  const { url } = await fake(t, [json({ format: 'jpeg' })]);
  assert.equal((await required.createClient({ url }).inspect(photo)).format, 'jpeg');
});
