import adapter from '@sveltejs/adapter-static';

/**
 * Kit's options; vite.config.ts hands them to the plugin.
 * The policy below stands in the page itself and binds from the first byte. The server sends it once more as a header,
 * with what a page cannot say of itself (`frame-ancestors`, reports), and reads the hash of the start script from here.
 * @type {NonNullable<Parameters<typeof import('@sveltejs/kit/vite').sveltekit>[0]>}
 */
export default {
  adapter: adapter({ pages: 'build', assets: 'build', fallback: '200.html', precompress: true }),
  // Registered by the page through workbox-window, which tells when a new version waits.
  serviceWorker: { register: false },
  // A test that makes another release gives it a name of its own.
  version: { name: process.env.HUB_BUILD ?? Date.now().toString(), pollInterval: 0 },
  csp: {
    mode: 'hash',
    directives: {
      'default-src': ['none'],
      'script-src': ['self'],
      'style-src': ['self'],
      // The one inline style is that of Kit's route announcer; without it the announcer becomes visible.
      'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
      'img-src': ['self', 'blob:'],
      'media-src': ['self', 'blob:'],
      'font-src': ['self'],
      'connect-src': ['self'],
      'worker-src': ['self'],
      'manifest-src': ['self'],
      'form-action': ['self'],
      'base-uri': ['none'],
      'object-src': ['none'],
      // No text becomes a script, a worker's address or markup but through these: Svelte's templates, our workers'
      // addresses, and for libraries one that cleans markup, with what it and the editor's clipboard need themselves.
      'require-trusted-types-for': ['script'],
      'trusted-types': ['svelte-trusted-html', 'hub-worker', 'default', 'dompurify', 'ProseMirrorClipboard'],
    },
  },
};
