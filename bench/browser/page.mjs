// Runs limpid_bench in a worker of the page, as window.bench(variant, arguments, files): what it printed, when it ends.

window.bench = (variant, args, files) =>
  new Promise((resolve, reject) => {
    const worker = new Worker('worker.mjs', { type: 'module' });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = (event) => reject(new Error(event.message || 'the worker did not start'));
    worker.postMessage({ variant, args, files });
  });
