/**
 * Writes PDFs beside the page, so that typing never stutters; only this worker's script may run WebAssembly.
 * The writer is imported inside the handler: it awaits HarfBuzz while it loads, and a message that came before the
 * handler stood would be lost.
 */
import type { Outline } from '#sync/print/outline-type.ts';
import { fontUrls } from './font-files.ts';
import type { FontSource } from './fonts.ts';

export type PdfAsk =
  { readonly is: 'write'; readonly outline: Outline } | { readonly is: 'keep-letters'; readonly all: boolean };
export type PdfReply =
  | { readonly ok: true; readonly bytes: ArrayBuffer }
  | { readonly ok: false; readonly reason: 'file-missing' | 'failed' };

self.onmessage = async ({ data }: MessageEvent<PdfAsk>) => {
  if (data.is === 'keep-letters') {
    // Without a line they are fetched another time; nobody waits for them now.
    await keepLetters(data.all).catch(() => undefined);
    self.postMessage({ ok: true, bytes: new ArrayBuffer() } satisfies PdfReply);
    return;
  }
  // An error's own message may hold words of the outline and stays here.
  const reply = await write(data.outline).catch((error: unknown): PdfReply => ({
    ok: false,
    reason: error instanceof MissingFile ? 'file-missing' : 'failed',
  }));
  self.postMessage(reply, { transfer: reply.ok ? [reply.bytes] : [] });
};

async function write(outline: Outline): Promise<PdfReply> {
  const { outlineToPdf } = await import('./pdf.ts').catch(() => {
    throw new MissingFile();
  });
  const { buffer, byteOffset, byteLength } = await outlineToPdf(outline, fetchFile);
  return { ok: true, bytes: (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength) };
}

const fetchFile: FontSource = async (name) => {
  const answer = await fetch(fontUrls[name]).catch(() => undefined);
  if (!answer?.ok) throw new MissingFile();
  return new Uint8Array(await answer.arrayBuffer());
};

/**
 * Fetches ahead what printing needs, so that a first PDF can be made without a connection: the service worker keeps what
 * passes through it. Only this worker knows the addresses. Chinese is larger than all others together: it comes only with `all`.
 */
async function keepLetters(all: boolean): Promise<void> {
  const lacking: string[] = [];
  for (const [name, url] of Object.entries(fontUrls))
    if ((all || name !== 'noto-sans-sc') && (await caches.match(url)) === undefined) lacking.push(url);
  if (lacking.length === 0) return;
  await import('./pdf.ts');
  for (const url of lacking) await (await fetch(url)).arrayBuffer();
}

class MissingFile extends Error {}
