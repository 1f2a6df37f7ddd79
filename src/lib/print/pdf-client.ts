/** Makes a PDF in a worker and hands it to the person as a download, with or without a connection. */
import type { Outline } from '#sync/print/outline-type.ts';
import { workerAddress } from '#lib/device/worker-address.ts';
import type { PdfAsk, PdfReply } from './pdf-worker.ts';
// eslint-disable-next-line @typescript-eslint/no-restricted-imports -- the query asks the build for the worker's address
import workerUrl from './pdf-worker.ts?worker&url';

/** `file-missing`: a font, or the writer itself, was never fetched and there is no connection to fetch it now. */
export type PdfDone = { readonly ok: true } | { readonly ok: false; readonly reason: 'file-missing' };

/** `fileName` names the kind and the case, never a person: names of files are seen in lists, backups and on shared desks. */
export async function downloadPdf(outline: Outline, fileName: string): Promise<PdfDone> {
  const made = await makePdf(outline);
  if (!made.ok) return made;
  const url = URL.createObjectURL(new Blob([made.bytes], { type: 'application/pdf' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = plainName(fileName);
  link.click();
  // The browser reads the file after the click has returned, and says nothing when it is done.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return { ok: true };
}

export async function makePdf(
  outline: Outline,
): Promise<{ ok: true; bytes: ArrayBuffer } | { ok: false; reason: 'file-missing' }> {
  const reply = await ask({ is: 'write', outline });
  if (reply.ok) return reply;
  if (reply.reason === 'file-missing') return { ok: false, reason: reply.reason };
  throw new Error('The PDF could not be written.');
}

/** Fetches the letters of all scripts, or of all but the largest, where they are not kept on this device yet. */
export async function keepLetters(all: boolean): Promise<void> {
  await ask({ is: 'keep-letters', all });
}

async function ask(question: PdfAsk): Promise<PdfReply> {
  const worker = new Worker(workerAddress(workerUrl), { type: 'module', name: 'pdf' });
  try {
    return await new Promise<PdfReply>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<PdfReply>) => resolve(data);
      // The worker answers for its own errors, so this one says that its script could not be fetched.
      worker.onerror = () => resolve({ ok: false, reason: 'file-missing' });
      worker.postMessage(question);
    });
  } finally {
    // One worker a document: the memory of the fonts goes with it.
    worker.terminate();
  }
}

/** Letters, digits and hyphens, which every system can store. */
export function plainName(fileName: string): string {
  const name = fileName
    .toLowerCase()
    .replace(/\.pdf$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `${name || 'document'}.pdf`;
}
