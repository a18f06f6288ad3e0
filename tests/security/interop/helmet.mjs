// What npm's helmet sends: reads a JSON array of its options from standard input, writes an array of headers.
// One that throws gives null.

import { readFileSync } from 'node:fs';
import helmet from 'helmet';

function headersOf(options) {
  const headers = { 'X-Powered-By': 'Express' };
  const response = {
    setHeader(name, value) {
      headers[name] = value;
    },
    removeHeader(name) {
      delete headers[name];
    },
  };
  helmet(options)({}, response, (error) => {
    if (error) throw error;
  });
  return headers;
}

function attempt(options) {
  try {
    return headersOf(options);
  } catch {
    return null;
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(attempt)));
