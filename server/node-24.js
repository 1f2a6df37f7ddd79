/**
 * Plain JavaScript and loaded before anything else, because an older Node can read nothing that follows:
 * the server's TypeScript runs as it is, and the SQLite driver would end the process without a word.
 */
import { fileURLToPath } from 'node:url';
import module from 'node:module';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `EHC Hub needs Node 24 and was started by Node ${process.versions.node}. ` +
      'Run `npm ci` (it brings Node 24 with it) and start it by `npm start`.',
  );
  process.exit(1);
}

// What was compiled once is not compiled again at the next start, which takes a fifth less time by that. It lies beside
// what was installed: whoever may write there could change the code itself. Where nothing may be written, nothing is kept.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));
