/**
 * The resumable upload protocol (tus) over our own files. A file is announced by a signed command, so of the protocol
 * only «how far is it?» (HEAD) and «here is more» (PATCH) are spoken.
 */
import type { Readable } from 'node:stream';
import { DataStore, Server, Upload, type Lock } from '@tus/server';
import type { Attachments } from '#server/services/attachments.ts';
import { diskStateIn, placesOf, type Deps } from '#server/services/deps.ts';
import { uploadLocks, type UploadLocks } from '#server/services/upload-locks.ts';

/** Whoever asks was let in before: the file is theirs, and its bytes may come. */
export type TusAnswer = (request: Request) => Promise<Response>;

export function tusFiles(
  { log, ports, storage }: Pick<Deps, 'log' | 'ports' | 'storage'>,
  attachments: Attachments,
): TusAnswer {
  const locks = uploadLocks(storage);
  const server = new Server({
    path: '/api/files',
    ...(locks !== undefined && { locker: { newLock: (id: string) => lockOf(locks, id) } }),
    datastore: new AttachmentStore(attachments),
    // No page of another site may ever read an answer.
    allowedOrigins: () => false,
    onUploadFinish: async (_request, { id }) => {
      await attachments.finish(id);
      return {};
    },
    onResponseError(_request, error) {
      if ('status_code' in error && error.status_code < 500) return { status_code: error.status_code, body: '' };
      const thrown: unknown = error;
      const state = diskStateIn(thrown);
      if (state !== undefined) {
        log({ event: 'server', at: ports.now(), code: state });
        return { status_code: 503, body: '' };
      }
      const code = thrown instanceof Error ? thrown.name : 'upload';
      log({ event: 'bug', at: ports.now(), code, where: placesOf(thrown) });
      return { status_code: 500, body: '' };
    },
  });
  return (request) => server.handleWeb(request as never);
}

/** As the library wants it. 423 says «come again», which the device does by itself. */
function lockOf(locks: UploadLocks, id: string): Lock {
  let giveBack: (() => Promise<void>) | undefined;
  return {
    async lock(signal, letGo) {
      giveBack = await locks.hold(id, signal, () => void letGo());
      if (giveBack === undefined) throw Object.assign(new Error('locked'), { status_code: 423, body: '' });
    },
    unlock: async () => giveBack?.(),
  };
}

class AttachmentStore extends DataStore {
  readonly #attachments: Attachments;

  constructor(attachments: Attachments) {
    super();
    this.#attachments = attachments;
  }

  override async getUpload(id: string): Promise<Upload> {
    const { sizeBytes: size, length: offset } = await this.#attachments.standing(id);
    return new Upload({ id, size, offset });
  }

  override async write(stream: Readable, id: string): Promise<number> {
    return this.#attachments.append(id, stream as AsyncIterable<Uint8Array>);
  }
}
