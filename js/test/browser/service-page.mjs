import { createClient } from '../../dist/service/index.js';

/** What the client gives in a page; codes instead of errors, which do not cross. */
window.ask = async (url, apiKey) => {
  const client = createClient({ url, apiKey, retries: 0 });
  try {
    const photo = await (await fetch('/tests/data/jpeg/420.jpg')).blob();
    const { bytes, requestId } = await client.enhance(photo);
    const job = await client.jobs.submit(photo);
    const statuses = [];
    const later = await client.jobs.result(job.id, { onChange: ({ status }) => statuses.push(status) });
    await client.jobs.delete(job.id);
    const wrong = await client.jobs.get(job.id).catch((error) => error);
    return {
      bytes: Array.from(bytes),
      same: String(bytes) === String(later.bytes),
      last: statuses.at(-1),
      requestId,
      gone: wrong.code,
      goneRequest: wrong.requestId,
    };
  } catch (error) {
    return { code: error.code };
  }
};
