// Everything an image can be given as, and what is refused of it.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { createEnhancer, LimpidError } from 'limpid';
import { picture } from '../support/pictures.mjs';

let enhancer;
let photo;
let expected;
let folder;
let server;
let origin;
/** Requests that the server has not answered to the end. */
let unfinished = 0;

const streamOf = (...pieces) =>
  new ReadableStream({
    pull(controller) {
      if (pieces.length === 0) controller.close();
      else controller.enqueue(pieces.shift());
    },
  });

function answer(request, response) {
  switch (request.url) {
    case '/photo.jpg':
      return response.writeHead(200, { 'Content-Length': photo.length }).end(photo);
    case '/pieces.jpg':
      response.writeHead(200);
      response.write(photo.slice(0, 1000));
      return setTimeout(() => response.end(photo.slice(1000)), 20);
    case '/never-ends.jpg':
      unfinished++;
      response.on('close', () => unfinished--);
      return response.writeHead(200).write(photo.slice(0, 1000));
    case '/endless.jpg': {
      const more = () => response.writable && response.write(Buffer.alloc(65_536), more);
      return response.writeHead(200) && more();
    }
    case '/cut-off.jpg':
      response.writeHead(200, { 'Content-Length': photo.length });
      return response.write(photo.slice(0, 1000), () => response.destroy());
    case '/echo':
      return request.pipe(response.writeHead(200));
    default:
      return response.writeHead(404).end();
  }
}

before(async () => {
  enhancer = await createEnhancer();
  photo = await enhancer.encode(picture(320, 240), { format: 'jpeg' });
  expected = await enhancer.inspect(photo);
  folder = await mkdtemp(join(tmpdir(), 'limpid-'));
  await writeFile(join(folder, 'a photo.jpg'), photo);
  server = createServer(answer);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
});
after(async () => {
  enhancer.dispose();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const errorOf = (promise) =>
  promise.then(
    () => assert.fail('it was accepted'),
    (error) => error,
  );

test('AFileMayComeInEveryForm', async () => {
  const inside = new Uint8Array(photo.length + 101);
  inside.set(photo, 51);
  const shared = new Uint8Array(new SharedArrayBuffer(photo.length));
  shared.set(photo);
  const base64 = Buffer.from(photo).toString('base64');
  const forms = {
    Uint8Array: photo,
    Buffer: Buffer.from(photo),
    ArrayBuffer: photo.slice().buffer,
    Uint8ClampedArray: new Uint8ClampedArray(photo),
    DataView: new DataView(inside.buffer, 51, photo.length),
    'Uint8Array of shared memory': shared,
    'ArrayBuffer of another realm': runInNewContext('Uint8Array.from(bytes).buffer', { bytes: [...photo] }),
    Blob: new Blob([photo.slice(0, 10), photo.slice(10)]),
    File: new File([photo], 'photo.gif', { type: 'image/gif' }),
    'http URL': new URL('/photo.jpg', origin),
    'http string': `${origin}/pieces.jpg`,
    'data string': `data:image/jpeg;base64,${base64}`,
    'blob string': URL.createObjectURL(new Blob([photo])),
    'file URL': pathToFileURL(join(folder, 'a photo.jpg')),
    Request: new Request(`${origin}/echo`, { method: 'POST', body: photo }),
    'Response of the network': await fetch(`${origin}/photo.jpg`),
    'Response of bytes': new Response(photo),
    'Response of a stream': new Response(streamOf(photo.slice(0, 7), photo.slice(7))),
    ReadableStream: streamOf(photo.slice(0, 1), new Uint8Array(0), Buffer.from(photo.slice(1))),
    "Blob's stream": new Blob([photo]).stream(),
  };
  for (const [name, image] of Object.entries(forms)) assert.deepEqual(await enhancer.inspect(image), expected, name);
});

test('EveryCallTakesThem', async () => {
  const { bytes } = await enhancer.enhance(photo);
  assert.deepEqual((await enhancer.enhance(streamOf(photo))).bytes, bytes);
  assert.deepEqual(await enhancer.analyse(new Response(photo)), await enhancer.analyse(photo));
  assert.deepEqual(await enhancer.decode(new URL('/photo.jpg', origin)), await enhancer.decode(photo));
});

test('PixelsMayBeAnalysedAndEnhanced', async () => {
  const { pixels } = await enhancer.decode(await enhancer.encode(picture(320, 240, 'rgba8'), { format: 'png' }));
  const imageData = { width: 320, height: 240, data: new Uint8ClampedArray(pixels.data) };
  const { info, recipe } = await enhancer.analyse(pixels);
  assert.equal(info, undefined);
  assert.deepEqual((await enhancer.analyse(imageData)).recipe, recipe);
  const png = await enhancer.enhance(pixels, { format: 'png' });
  assert.equal(png.mediaType, 'image/png');
  assert.deepEqual(png.recipe, recipe);
  assert.deepEqual((await enhancer.enhance(imageData, { format: 'png' })).bytes, png.bytes);
  const { pixels: enhanced } = await enhancer.enhance(pixels);
  assert.deepEqual((await enhancer.decode(png.bytes)).pixels, enhanced);
  assert.deepEqual((await enhancer.enhance(imageData, { output: 'pixels' })).pixels, enhanced);
});

test('WhatIsNoImageIsRefusedWithWords', async () => {
  const files = 'a Blob, ArrayBuffer, typed array, URL, Request, Response or ReadableStream';
  const all =
    'a Blob, ArrayBuffer, typed array, URL, Request, Response, ReadableStream, ImageData, ImageBitmap or pixels';
  const address = 'a URL that begins with http:, https:, data: or blob:';
  const pixels = picture(4, 4);
  const cases = [
    [() => enhancer.enhance(undefined), `Expected ${all} for image but received undefined`],
    [() => enhancer.enhance(null), `Expected ${all} for image but received null`],
    [() => enhancer.enhance(12), `Expected ${all} for image but received 12 of type number`],
    [() => enhancer.enhance({}), `Expected ${all} for image but received an object of type Object`],
    [() => enhancer.enhance([1, 2]), `Expected ${all} for image but received an object of type Array`],
    [() => enhancer.inspect(pixels), `Expected ${files} for image but received an object of type Object`],
    [() => enhancer.decode(pixels), `Expected ${files} for image but received an object of type Object`],
    // Text that came from outside must not reach a file of this machine.
    [() => enhancer.enhance('photo.jpg'), `Expected ${address} for image but received "photo.jpg"`],
    [() => enhancer.enhance('/etc/passwd'), `Expected ${address} for image but received "/etc/passwd"`],
    [() => enhancer.enhance('file:///etc/passwd'), `Expected ${address} for image but received "file:///etc/passwd"`],
    [() => enhancer.enhance('javascript:1'), `Expected ${address} for image but received "javascript:1"`],
    [
      () => enhancer.enhance({ width: 2, height: 2, data: new Float32Array(16) }),
      'Expected 8-bit samples for image.data but received an object of type Float32Array',
    ],
    [
      () => enhancer.enhance({ width: 1, height: 1, data: new Uint8ClampedArray(4), colorSpace: 'display-p3' }),
      'Expected srgb for image.colorSpace but received "display-p3"',
    ],
    [
      () => enhancer.enhance({ ...pixels, width_px: 0 }),
      'Expected an integer from 1 to 65535 for pixels.width_px but received 0 of type number',
    ],
    [
      () => enhancer.enhance(pixels, { output: 'bytes' }),
      'Expected one of jpeg, png, webp for format but received undefined',
    ],
    [() => enhancer.enhance(streamOf('text')), 'Expected a stream of Uint8Array for image but received "text"'],
  ];
  for (const [call, found] of cases) {
    const error = await errorOf(call());
    assert.ok(error instanceof LimpidError);
    assert.deepEqual([error.code, error.found], ['argument.invalid', found]);
  }
  // Fewer samples than the size says.
  assert.equal((await errorOf(enhancer.enhance({ ...pixels, data: new Uint8Array(47) }))).code, 'argument.invalid');
});

test('WhatCannotBeReadIsSaidSo', async () => {
  const used = new Response(photo);
  await used.arrayBuffer();
  const usedRequest = new Request(`${origin}/echo`, { method: 'POST', body: photo });
  await usedRequest.arrayBuffer();
  const locked = streamOf(photo);
  locked.getReader();
  const failing = new ReadableStream({ pull: (controller) => controller.error(new Error('the disk is gone')) });
  const cases = [
    [`${origin}/nowhere.jpg`, /nowhere\.jpg answered with status 404$/],
    [await fetch(`${origin}/nowhere.jpg`), /^the response answered with status 404$/],
    [Response.error(), /^the response answered with status 0$/],
    ['http://127.0.0.1:1/photo.jpg', /^http:\/\/127\.0\.0\.1:1\/photo\.jpg cannot be fetched$/],
    [`${origin}/cut-off.jpg`, /cut-off\.jpg cannot be read$/],
    [`data:image/jpeg;base64,%`, /^data:image\/jpeg;base64,% cannot be fetched$/],
    ['blob:nodedata:gone', /^blob:nodedata:gone cannot be fetched$/],
    [pathToFileURL(join(folder, 'nowhere.jpg')), /nowhere\.jpg cannot be opened$/],
    [pathToFileURL(folder), /cannot be opened$/],
    [new URL('file:///dev/zero'), /^file:\/\/\/dev\/zero cannot be opened$/],
    [used, /^the body of the response was used$/],
    [usedRequest, /^the body of the request to .* was used$/],
    [locked, /^the stream is locked/],
    [failing, /^the stream cannot be read$/],
    [{ [Symbol.toStringTag]: 'Blob', size: 3 }, /^the Blob cannot be read$/],
  ];
  for (const [image, found] of cases) {
    const error = await errorOf(enhancer.inspect(image));
    assert.equal(error.code, 'io.unreadable', error.message);
    assert.match(error.found, found);
  }
  assert.equal((await errorOf(enhancer.inspect(new Response(null)))).code, 'image.empty');
  assert.deepEqual(await enhancer.inspect(photo), expected, 'the enhancer lives on');
});

test('WhatComesInPiecesIsCutOffAtTheLimit', async () => {
  const limits = { max_file_bytes: 100_000 };
  let given = 0;
  let stopped = false;
  const endless = new ReadableStream(
    {
      pull(controller) {
        given += 10_000;
        controller.enqueue(new Uint8Array(10_000));
      },
      cancel() {
        stopped = true;
      },
    },
    { highWaterMark: 0 },
  );
  const error = await errorOf(enhancer.inspect(endless, { limits }));
  assert.deepEqual([error.code, error.found], ['image.too_large', 'more than 100000 bytes; max_file_bytes is 100000']);
  assert.equal(given, 110_000);
  assert.equal(stopped, true, 'its source is told');

  assert.equal((await errorOf(enhancer.inspect(`${origin}/endless.jpg`, { limits }))).code, 'image.too_large');
  const small = { limits: { max_file_bytes: photo.length - 1 } };
  const declared = await errorOf(enhancer.inspect(`${origin}/photo.jpg`, small));
  assert.equal(declared.found, `${photo.length} bytes; max_file_bytes is ${photo.length - 1}`);
  const file = await errorOf(enhancer.inspect(pathToFileURL(join(folder, 'a photo.jpg')), small));
  assert.equal(file.found, `${photo.length} bytes; max_file_bytes is ${photo.length - 1}`);
  const exactly = { limits: { max_file_bytes: photo.length } };
  assert.deepEqual(await enhancer.inspect(streamOf(photo), exactly), expected);
});

test('LyingLengthsChangeNothing', async () => {
  for (const length of ['1', '40000000', 'many', '-5', '1e3']) {
    const headers = { 'Content-Length': length };
    assert.deepEqual(await enhancer.inspect(new Response(streamOf(photo), { headers })), expected, length);
  }
});

test('TinyPiecesBecomeOneFile', async () => {
  let at = 0;
  const dripping = new ReadableStream({
    pull(controller) {
      for (let i = 0; i < 100 && at < photo.length; i++) controller.enqueue(photo.slice(at, ++at));
      if (at === photo.length) controller.close();
    },
  });
  assert.deepEqual(await enhancer.inspect(dripping), expected);
});

test('PixelsAreMeasuredAgainstTheLimits', async () => {
  const pixels = picture(40, 20);
  const codeOf = async (limits) => (await errorOf(enhancer.enhance(pixels, { limits }))).found;
  assert.equal(await codeOf({ max_pixels: 799 }), '800 pixels; max_pixels is 799');
  assert.equal(await codeOf({ max_width_px: 39 }), 'width 40; max_width_px is 39');
  assert.equal(await codeOf({ max_height_px: 19 }), 'height 20; max_height_px is 19');
});

test('AbortEndsReadingAtOnceAndTellsTheSource', async () => {
  for (const image of [`${origin}/never-ends.jpg`, new Request(`${origin}/never-ends.jpg`)]) {
    const controller = new AbortController();
    const call = errorOf(enhancer.inspect(image, { signal: controller.signal }));
    const waiting = enhancer.inspect(photo);
    while (unfinished === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const abortedAt = performance.now();
    controller.abort(new Error('enough'));
    const error = await call;
    assert.deepEqual([error.name, error.code, error.cause.message], ['AbortError', 'run.cancelled', 'enough']);
    assert.ok(performance.now() - abortedAt < 250);
    assert.deepEqual(await waiting, expected, 'the next call goes on');
    while (unfinished > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  let stopped;
  const silent = new ReadableStream({
    pull: () => new Promise(() => {}),
    cancel: (reason) => {
      stopped = reason;
    },
  });
  const controller = new AbortController();
  const call = errorOf(enhancer.inspect(silent, { signal: controller.signal }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  controller.abort();
  assert.equal((await call).code, 'run.cancelled');
  assert.ok(stopped !== undefined);
});

test('ARequestsOwnSignalCancelsIt', async () => {
  const controller = new AbortController();
  const call = errorOf(enhancer.inspect(new Request(`${origin}/never-ends.jpg`, { signal: controller.signal })));
  while (unfinished === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  assert.equal((await call).code, 'run.cancelled');
  assert.deepEqual(await enhancer.inspect(photo), expected);
});

test('InputIsKeptUnlessItIsTransferred', async () => {
  const bytes = photo.slice();
  await enhancer.inspect(bytes);
  assert.equal(bytes.byteLength, photo.byteLength);
  await enhancer.inspect(bytes, { transfer: true });
  assert.equal(bytes.byteLength, 0);

  const part = new Uint8Array(photo.length + 8).fill(7);
  part.set(photo, 4);
  await enhancer.inspect(part.subarray(4, -4), { transfer: true });
  assert.equal(part[0], 7, 'who gives a part keeps the rest');
  // Node's small buffers share memory that cannot be handed over.
  const error = await errorOf(enhancer.inspect(Buffer.from('small'), { transfer: true }));
  assert.equal(error.code, 'image.unrecognised');

  const pixels = picture(8, 8, 'rgba8');
  await enhancer.enhance(pixels, { transfer: true });
  assert.equal(pixels.data.byteLength, 0);
});

test('SpareMemoryIsHandedOver', async (t) => {
  const enhancers = [enhancer, await createEnhancer({ threads: 2 })];
  t.after(() => enhancers[1].dispose());
  const pixels = picture(900, 700);
  const recipe = { version: 1, exposure: { exposure_ev: 1 } };
  const expected = await enhancer.render(pixels, recipe);
  for (const each of enhancers) {
    const spare = new Uint8Array(expected.data.length);
    // The second is asked for while the first has the memory.
    const made = [each.render(pixels, recipe, { spare }), each.enhance(pixels, { recipe, spare })];
    assert.deepEqual(await made[0], expected);
    assert.deepEqual((await made[1]).pixels, expected);
    assert.equal(spare.byteLength, 0);
    assert.deepEqual(pixels.data, picture(900, 700).data);
    const part = new Uint8Array(expected.data.length + 1);
    assert.deepEqual(await each.render(pixels, recipe, { spare: part.subarray(1) }), expected);
    assert.deepEqual(part, new Uint8Array(expected.data.length + 1), 'who gives a part keeps the rest');
    assert.equal((await errorOf(each.render(pixels, recipe, { spare: 'memory' }))).code, 'argument.invalid');
  }
});

test('SeveralThreadsGetInputThatIsCopiedAnew', async (t) => {
  // Larger than what is not staged, and a smaller one after it.
  const enhancers = [enhancer, await createEnhancer({ threads: 2 })];
  t.after(() => enhancers[1].dispose());
  const recipe = { version: 1, exposure: { exposure_ev: 1 } };
  for (const pixels of [picture(900, 700), picture(800, 600, 'rgba8'), picture(900, 700), picture(30, 20)]) {
    const before = pixels.data.slice();
    const [one, two] = await Promise.all(enhancers.map((each) => each.render(pixels, recipe)));
    assert.deepEqual(two, one);
    assert.deepEqual(pixels.data, before);
    two.data.fill(1);
    assert.deepEqual((await enhancers[1].render(pixels, recipe)).data, one.data, "a result is nobody else's");
    assert.deepEqual(await enhancers[1].analyse(pixels), await enhancer.analyse(pixels));
  }
});

test('SharedPixelsAreReadWhereTheyAre', async () => {
  const inShared = (bytes, options) => {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length, options));
    shared.set(bytes);
    return shared;
  };
  const pixels = picture(64, 48, 'rgba8');
  const recipe = { version: 1, exposure: { exposure_ev: 1 } };
  const expected = await enhancer.render(pixels, recipe);
  assert.notDeepEqual(expected.data, pixels.data);
  // One that may grow stays as long as it was when it was given.
  const grows = inShared(pixels.data, { maxByteLength: 2 * pixels.data.length });
  for (const data of [inShared(pixels.data), grows]) {
    for (const transfer of [false, true]) {
      const made = [
        await enhancer.render({ ...pixels, data }, recipe, { transfer }),
        (await enhancer.enhance({ ...pixels, data }, { recipe, transfer })).pixels,
      ];
      for (const { data: result } of made) {
        assert.ok(result.buffer instanceof ArrayBuffer);
        assert.deepEqual(result, expected.data);
      }
      assert.deepEqual(new Uint8Array(data), pixels.data, 'nothing is written to it');
    }
  }
  assert.deepEqual(await enhancer.inspect(inShared(photo)), await enhancer.inspect(photo));
  // A preview outlives the call.
  const data = inShared(pixels.data);
  const preview = await enhancer.preview({ ...pixels, data });
  const before = await preview.render(recipe);
  data.fill(0);
  assert.deepEqual((await preview.render(recipe)).pixels, before.pixels);
  preview.dispose();
});

test('MemoryThatWasHandedOverIsEmpty', async () => {
  const handedOver = photo.slice();
  structuredClone(handedOver, { transfer: [handedOver.buffer] });
  for (const image of [handedOver, handedOver.buffer, new DataView(new ArrayBuffer(0))]) {
    for (const method of ['inspect', 'enhance', 'preview']) {
      assert.equal((await errorOf(enhancer[method](image))).code, 'image.empty', method);
    }
  }
  // While its call waits.
  const first = enhancer.enhance(photo);
  const bytes = photo.slice();
  const second = errorOf(enhancer.inspect(bytes));
  structuredClone(bytes, { transfer: [bytes.buffer] });
  await first;
  assert.equal((await second).code, 'image.empty');
  const pixels = picture(8, 8);
  structuredClone(pixels.data, { transfer: [pixels.data.buffer] });
  assert.equal((await errorOf(enhancer.enhance(pixels))).code, 'argument.invalid');
});
