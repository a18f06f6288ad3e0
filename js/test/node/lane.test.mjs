// The queue in front of workers, with workers that do what the test says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scheduler } from '../../dist/scheduler.js';

const MODULE = { a: 'compiled module' };

/** A platform whose workers are listed, and answer only when told. */
function platform() {
  const workers = [];
  const spawn = (_variant, _construct, { onMessage, onFailure }) => {
    const worker = { messages: [], alive: true, ended: false, say: onMessage, fail: onFailure };
    workers.push(worker);
    return {
      post: (message) => worker.messages.push(message),
      terminate: () => {
        worker.ended = true;
      },
      keepAlive: (alive) => {
        worker.alive = alive;
      },
    };
  };
  return { workers, platform: { spawn } };
}

function scheduler(options = {}, lanes = 1) {
  const { workers, platform: fake } = platform();
  const config = {
    platform: fake,
    variant: 'simd',
    threads: 1,
    construct: undefined,
    wasm: { url: 'file:///limpid.wasm', integrity: 'sha256-' },
    idle_ms: 0,
    max_memory_bytes: 2 ** 26,
    ...options,
  };
  const queue = new Scheduler(config, lanes);
  const ask = (name, more = {}) =>
    queue.start({ work: ({ send }) => send({ method: name, options: {} }), ...more }).result;
  return { workers, queue, ask };
}

/** Let promises go their way. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
const methodsOf = ({ messages }) => messages.map(({ type, call }) => call?.method ?? type);
const done = (worker, result) => {
  const { id } = worker.messages.at(-1);
  worker.say({ type: 'done', id, result });
};

test('OneCallIsInAWorkerAtATime', async () => {
  const { workers, ask } = scheduler();
  const answers = [ask('a'), ask('b'), ask('c')];
  const [worker] = workers;
  for (const name of ['a', 'b', 'c']) {
    await settle();
    assert.equal(methodsOf(worker).at(-1), name);
    assert.equal(worker.alive, true);
    done(worker, name.toUpperCase());
  }
  assert.deepEqual(await Promise.all(answers), ['A', 'B', 'C']);
  assert.deepEqual(methodsOf(worker), ['start', 'a', 'b', 'c']);
  assert.equal(worker.messages[0].max_memory_bytes, 2 ** 26);
  assert.equal(worker.alive, false, 'an idle worker does not keep the process');
});

test('TheNextWorkerGetsTheCompiledModule', async () => {
  const { workers, ask } = scheduler({}, 2);
  const controller = new AbortController();
  const first = ask('a', { signal: controller.signal });
  await settle();
  assert.deepEqual(workers[0].messages[0].wasm, { url: 'file:///limpid.wasm', integrity: 'sha256-' });
  workers[0].say({ type: 'started', module: MODULE });
  controller.abort();
  await assert.rejects(first, { code: 'run.cancelled' });
  assert.equal(workers[0].ended, true);
  const more = [ask('b'), ask('c')];
  await settle();
  for (const worker of workers.slice(1)) assert.deepEqual(worker.messages[0].wasm, { module: MODULE });
  for (const worker of workers.slice(1)) done(worker, 'ok');
  assert.deepEqual(await Promise.all(more), ['ok', 'ok']);
});

test('WhatAnEndedWorkerStillSaysIsIgnored', async () => {
  const { workers, ask } = scheduler();
  const controller = new AbortController();
  const seen = [];
  const first = ask('a', { signal: controller.signal, onProgress: ({ fraction }) => seen.push(fraction) });
  await settle();
  const { id } = workers[0].messages.at(-1);
  workers[0].say({ type: 'progress', id, stage: 'decode', fraction: 0.5 });
  workers[0].say({ type: 'progress', id: id + 1, stage: 'decode', fraction: 0.6 });
  const refused = assert.rejects(first, { code: 'run.cancelled' });
  controller.abort();
  const second = ask('b');
  await settle();
  workers[0].say({ type: 'progress', id, stage: 'decode', fraction: 0.9 });
  workers[0].say({ type: 'done', id, result: 'late' });
  workers[0].fail(new Error('late'));
  done(workers[1], 'b');
  await refused;
  assert.equal(await second, 'b');
  assert.deepEqual(seen, [0.5]);
});

test('ASparedWorkerGoesOnAndItsResultIsDropped', async () => {
  const { workers, ask } = scheduler();
  const controller = new AbortController();
  const first = ask('a', { signal: controller.signal, sparesWorker: true });
  const second = ask('b');
  await settle();
  controller.abort();
  await assert.rejects(first, { code: 'run.cancelled' });
  assert.equal(workers[0].ended, false);
  assert.deepEqual(methodsOf(workers[0]), ['start', 'a'], 'the next one waits until the worker is free');
  done(workers[0], 'dropped');
  await settle();
  done(workers[0], 'b');
  assert.equal(await second, 'b');
  assert.equal(workers.length, 1);
});

test('ABrokenWorkerFailsItsCallAndTheNextOneGetsAnother', async () => {
  const { workers, ask } = scheduler();
  const calls = [ask('a'), ask('b'), ask('c')];
  await settle();
  workers[0].fail(new Error('it crashed'));
  await assert.rejects(calls[0], { code: 'internal.failure', found: 'it crashed' });
  await settle();
  const error = { code: 'memory.exhausted', found: '', hint: '', message: 'memory.exhausted' };
  workers[1].say({ type: 'failed', id: workers[1].messages.at(-1).id, error, unusable: true });
  await assert.rejects(calls[1], { code: 'memory.exhausted' });
  assert.equal(workers[1].ended, true);
  await settle();
  done(workers[2], 'c');
  assert.equal(await calls[2], 'c');
});

test('TasksForOneWorkerWaitForIt', async () => {
  const { workers, queue, ask } = scheduler({}, 2);
  let lane;
  const first = queue.start({
    work: (work) => {
      lane = work.lane;
      return work.send({ method: 'a', options: {} });
    },
  }).result;
  const bound = ask('bound', { lane: undefined });
  await settle();
  const waiting = ask('waiting', { lane });
  const free = ask('free');
  done(workers[1], 'bound');
  await settle();
  assert.equal(methodsOf(workers[1]).at(-1), 'free', 'what may go anywhere is not held up');
  done(workers[1], 'free');
  done(workers[0], 'a');
  await settle();
  assert.equal(methodsOf(workers[0]).at(-1), 'waiting');
  done(workers[0], 'waiting');
  assert.deepEqual(await Promise.all([first, bound, waiting, free]), ['a', 'bound', 'waiting', 'free']);
});

test('ARetiredQueueEndsOnceItsWorkIsDone', async () => {
  const { workers, queue, ask } = scheduler();
  const calls = [ask('a'), ask('b')];
  await settle();
  queue.retire();
  done(workers[0], 'a');
  await settle();
  assert.equal(workers[0].ended, false);
  done(workers[0], 'b');
  assert.deepEqual(await Promise.all(calls), ['a', 'b']);
  await settle();
  assert.equal(workers[0].ended, true);
  assert.equal(queue.disposed, true);
});

test('AMessageThatCannotBeSentFailsItsCall', async () => {
  const { queue } = scheduler({
    platform: {
      spawn: () => ({
        post() {
          throw new DOMException('it cannot be cloned', 'DataCloneError');
        },
        terminate() {},
        keepAlive() {},
      }),
    },
  });
  const call = queue.start({ work: ({ send }) => send({ method: 'a', options: {} }) }).result;
  await assert.rejects(call, { code: 'internal.failure', found: 'it cannot be cloned' });
});
