import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';
import options from './svelte.config.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Kit refuses a svelte.config.js in Vite's root; with `src` as root the file can stay at the top of the tree. */
export default defineConfig({
  root: at('./src'),
  cacheDir: at('./node_modules/.vite'),
  plugins: [
    contentsOfChunks(),
    sveltekit({
      ...options,
      outDir: at('./.svelte-kit'),
      files: {
        src: at('./src'),
        assets: at('./static'),
        routes: at('./src/routes'),
        appTemplate: at('./src/app.html'),
        serviceWorker: at('./src/service-worker'),
      },
    }),
  ],
  // Dexie's build for current browsers; the package's own entry is the one for browsers of ten years ago.
  resolve: { alias: [{ find: /^dexie$/, replacement: at('./node_modules/dexie/dist/modern/dexie.mjs') }] },
  // harfbuzz waits for its WebAssembly at the top of its module, which only ES workers may.
  worker: { format: 'es' },
  optimizeDeps: { include: ['accessible-autocomplete', 'bidi-js', 'dompurify', 'harfbuzzjs', 'pdf-lib'] },
  // The MoJ's styles name those of GOV.UK by their path from the top of the tree.
  css: { preprocessorOptions: { scss: { quietDeps: true, loadPaths: [at('./')] } } },
  server: {
    // `npm run dev` serves the screens; the API comes from the server that the same command starts.
    port: 5173,
    fs: { allow: [at('.')] },
    proxy: {
      '/api': `http://127.0.0.1:${process.env.PORT ?? '4000'}`,
      '/outbox': `http://127.0.0.1:${process.env.PORT ?? '4000'}`,
    },
  },
});

/** Writes beside Vite's manifest which modules went into each file, so that the size check can name what is heavy. */
function contentsOfChunks(): Plugin {
  const top = at('./');
  return {
    name: 'contents-of-chunks',
    applyToEnvironment: (environment) => environment.name === 'client',
    generateBundle(_options, bundle) {
      const contents = Object.values(bundle).flatMap((file) =>
        file.type === 'chunk' ? [[file.fileName, file.moduleIds.map((id) => id.replace(top, ''))] as const] : [],
      );
      this.emitFile({
        type: 'asset',
        fileName: '.vite/contents.json',
        source: JSON.stringify(Object.fromEntries(contents)),
      });
    },
  };
}
