/** Starts the server: read the options, open and migrate the database, listen. */
import './node-24.js';
import { flushCompileCache } from 'node:module';
import { readConfig } from './config.ts';
import { serveHub } from './serve.ts';

const config = readConfig(process.env);
if (!config.ok) {
  console.error(['EHC Hub does not start:', ...config.faults.map((fault) => `  ${fault}`)].join('\n'));
  process.exit(1);
}
const started = await serveHub(config.value);
if (!started.ok) {
  console.error(`EHC Hub does not start:\n  ${started.fault}`);
  process.exit(1);
}
const { hub } = started;
console.log(hub.greeting);
// A server that is killed keeps it as well as one that ends in order.
flushCompileCache();

let isStopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // A second signal means: now.
    if (isStopping) process.exit(1);
    isStopping = true;
    void hub.close().then(() => process.exit(0));
  });
}
