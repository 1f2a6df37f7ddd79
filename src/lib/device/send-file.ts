/**
 * Brings one kept file to the Hub: asks how much is there, sends the rest in parts, each opened just before it goes. It
 * can be cut off anywhere; the next try goes on at the byte that the Hub has on its disk.
 */
import { attachmentStates, type AttachmentState } from '#sync/files/attachment-state.ts';
import type { FileAnswerHeaders, FileRequestHeaders } from '#sync/protocol/files.ts';
import { reasons, type Reason } from '#sync/reasons.ts';
import type { HttpResponse } from 'tus-js-client';
import type { Account } from './account.ts';
import { retryAfterMs } from './backoff.ts';
import { owned } from './bytes.ts';
import { pieceBytes, type PiecesOf } from './file-pieces.ts';
import type { Line } from './line.ts';
import { tusOverFetch } from './tus-http-client.ts';

export type FileSent =
  /** All of it is there, and this became of it. */
  | { readonly is: 'there'; readonly state: AttachmentState; readonly reason?: Reason }
  | { readonly is: 'no-line' | 'signed-out' | 'other-person' }
  /** The Hub knows no such file of this person, or takes no bytes for it any more. */
  | { readonly is: 'not-there' }
  | { readonly is: 'busy'; readonly afterMs?: number }
  /** What is kept here does not open. */
  | { readonly is: 'damaged' };

export async function sendFile(
  account: Account,
  line: Line,
  file: PiecesOf,
  onBytes: (bytes: number) => void,
  stop: AbortSignal,
): Promise<FileSent> {
  for (let tries = 0; ; tries += 1) {
    const session = await line.nonce();
    if (!session.ok) return { is: session.why === 'ended' ? 'signed-out' : session.why };
    const sent = await upload(account, file, onBytes, stop);
    if (sent.is !== 'signed-out') return sent;
    if (tries > 0) {
      line.ended();
      return sent;
    }
    // A session that fell asleep, or does not know this device yet, is mended by asking for it anew.
    line.forget();
  }
}

async function upload(
  { ports, store, owner }: Account,
  file: PiecesOf,
  onBytes: (bytes: number) => void,
  stop: AbortSignal,
): Promise<FileSent> {
  const { Upload } = await import('tus-js-client');
  let isDamaged = false;
  const source = {
    size: file.sizeBytes,
    async slice(start: number, end: number) {
      const bytes = await store.pieces.read(file, Math.floor(start / pieceBytes));
      if (bytes === undefined) {
        isDamaged = true;
        throw new Error('a kept piece does not open');
      }
      // Never over the end of a piece: the next part begins with the next one.
      const from = start % pieceBytes;
      const part = owned(bytes.slice(from, Math.min(bytes.length, from + end - start)));
      return { value: new Blob([part]), done: start + part.length >= file.sizeBytes };
    },
    close: () => undefined,
  };
  return new Promise<FileSent>((resolve) => {
    const tus = new Upload(new Blob([]), {
      uploadUrl: `/api/files/${file.id}`,
      uploadSize: file.sizeBytes,
      chunkSize: partBytes,
      httpStack: tusOverFetch(ports.fetch),
      fileReader: { openFile: () => Promise.resolve(source) },
      fingerprint: () => Promise.resolve(''),
      storeFingerprintForResuming: false,
      // Waiting is this device's own affair: it knows when the line comes back.
      retryDelays: null,
      headers: { 'hub-request': '1', 'hub-idle': '1', 'hub-account': owner.person } satisfies FileRequestHeaders,
      onProgress: (bytes) => onBytes(bytes),
      onSuccess: ({ lastResponse }) => resolve(stateIn(lastResponse)),
      onError: (error) => {
        if (isDamaged) return resolve({ is: 'damaged' });
        const answer = 'originalResponse' in error ? error.originalResponse : null;
        const isAsking = 'originalRequest' in error && error.originalRequest.getMethod() === 'HEAD';
        resolve(answer === null ? { is: 'no-line' } : outcomeOf(answer, isAsking, ports.now()));
      },
    });
    const cut = () => {
      void tus.abort();
      resolve({ is: 'no-line' });
    };
    if (stop.aborted) return cut();
    stop.addEventListener('abort', cut, { once: true });
    tus.start();
  });
}

/** Small enough that a bad line gets somewhere, large enough that a good one is not held up by the limit on parts. */
const partBytes = 512 * 1024;

const said = (response: HttpResponse, name: keyof FileAnswerHeaders) => response.getHeader(name);

function stateIn(response: HttpResponse): FileSent {
  const state = attachmentStates.find((one) => one === said(response, 'hub-file-state'));
  const reason = said(response, 'hub-file-reason');
  // Something between us and the Hub took the headers away: asked again a little later.
  if (state === undefined) return { is: 'busy' };
  return { is: 'there', state, ...(reason !== undefined && reason in reasons && { reason: reason as Reason }) };
}

/** «How far is it?» is answered without a body, so its number alone must say what is meant. */
function outcomeOf(response: HttpResponse, isAsking: boolean, now: number): FileSent {
  switch (response.getStatus()) {
    case 401:
      return { is: 'signed-out' };
    case 404:
      // Anything on the way can say 404; only the Hub itself says it so.
      return said(response, 'hub-file-state') === 'none' ? { is: 'not-there' } : { is: 'busy' };
    case 409:
      // A part is refused so also when its place was wrong: the next try asks for the right one.
      return isAsking || errorIn(response) === 'other-person' ? { is: 'other-person' } : { is: 'busy', afterMs: 1_000 };
    default: {
      const afterMs = retryAfterMs(response.getUnderlyingObject() as Response, now);
      return { is: 'busy', ...(afterMs !== undefined && { afterMs }) };
    }
  }
}

function errorIn(response: HttpResponse): string | undefined {
  try {
    const body = JSON.parse(response.getBody()) as { error?: unknown };
    return typeof body.error === 'string' ? body.error : '';
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
