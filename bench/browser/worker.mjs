// One run of limpid_bench. Replies { code, out, err } with what the program printed.

async function contentsOf(path) {
  const response = await fetch(`/bench-input${path}`);
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function run({ variant, args, files }) {
  const out = [];
  const err = [];
  const { default: create } = await import(`/build/${variant}/bench/browser/limpid_bench_browser.mjs`);
  const contents = await Promise.all(files.map(contentsOf));
  const reply = (code, more = []) => postMessage({ code, out: out.join('\n'), err: [...err, ...more].join('\n') });
  await create({
    arguments: args,
    print: (line) => out.push(line),
    printErr: (line) => err.push(line),
    onExit: (code) => reply(code),
    onAbort: (reason) => reply(1, [String(reason)]),
    preRun: [
      (module) => {
        for (const [index, path] of files.entries()) {
          module.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
          module.FS.writeFile(path, contents[index]);
        }
      },
    ],
  });
}

addEventListener('message', ({ data }) => {
  run(data).catch((error) => postMessage({ code: 1, out: '', err: String(error) }));
});
