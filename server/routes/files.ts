/** The bytes of files: in parts on the way here, whole on the way out. A file that is not yours to see is not there. */
import type { Context } from 'hono';
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Reason } from '#sync/reasons.ts';
import type { FileAnswerHeaders, FileRequestHeaders } from '#sync/protocol/files.ts';
import { rateLimit } from '#server/middleware/rate-limit.ts';
import { requireSession } from '#server/middleware/session.ts';
import { openAttachments, type Upload } from '#server/services/attachments.ts';
import { noteFileDenial } from '#server/services/denials.ts';
import type { Deps } from '#server/services/deps.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import type { Sync } from '#server/services/sync.ts';
import { readerOf, type Reader } from '#server/services/viewer.ts';
import { diskRetrySeconds } from './disk-trouble.ts';
import { tusFiles } from './files-tus.ts';

interface FileEnv extends HubEnv {
  Variables: HubEnv['Variables'] & { reader: Reader };
}

export function fileRoutes(deps: Deps, sync: Sync) {
  const attachments = openAttachments(deps, sync);
  const tus = tusFiles(deps, attachments);
  const part = async (c: Context<FileEnv, '/files/:id'>): Promise<Response> => {
    const reader = c.get('reader');
    const id = c.req.param('id');
    const before = await attachments.upload(reader, id);
    if (before === undefined) return notFound(c);
    // Whoever asks about a file that is all here gets its check done now, if a stop of the server came between.
    if (before.length === before.sizeBytes) await attachments.finish(id);
    const answer = await tus(c.req.raw);
    return withState(answer, await attachments.upload(reader, id));
  };
  return (
    new Hono<FileEnv>()
      .use(
        '/files/*',
        requireSession(deps),
        rateLimit(deps.ports, { perSecond: 10, burst: 60 }, (c) => c.get('session').deviceId),
        ownDevice,
      )
      // Hono answers HEAD by the handler of GET, so it is told apart here.
      .get('/files/:id', async (c) => {
        if (c.req.raw.method === 'HEAD') return part(c);
        const file = await attachments.download(c.get('reader'), c.req.param('id'));
        if (file === undefined) {
          noteFileDenial(sync, c.get('reader'), c.req.param('id'));
          return notFound(c);
        }
        return c.body(bodyOf(file.bytes), 200, {
          'content-type': file.type,
          'content-length': String(file.sizeBytes),
          'content-disposition': attachmentNamed(file.name),
          'content-security-policy': "sandbox; default-src 'none'",
        });
      })
      .patch('/files/:id', part)
  );
}

/** A session without its device reads and writes no case data; a request for another account does nothing. */
const ownDevice = createMiddleware<FileEnv>(async (c, next) => {
  const session = c.get('session');
  const refuse = (status: 401 | 409, error: string) => c.json({ error, reference: c.get('reference') }, status);
  if (session.deviceId === undefined) return refuse(401, 'device-unknown');
  const account = c.req.header('hub-account' satisfies keyof FileRequestHeaders);
  if (account !== undefined && account !== session.personId) return refuse(409, 'other-person');
  c.set('reader', readerOf(session, session.deviceId));
  return next();
});

/** The header tells a device that this is our answer, and not that of something on the way. */
function notFound(c: Context<FileEnv>) {
  sayOfFile({ 'hub-file-state': 'none' }, (name, value) => c.header(name, value));
  return c.json({ error: 'not-found', reference: c.get('reference') }, 404);
}

function sayOfFile(said: FileAnswerHeaders, set: (name: string, value: string) => void): void {
  for (const [name, value] of Object.entries(said)) set(name, value as string);
}

/** The author's device learns from the answer itself what became of the file: no other news may reach it any more. */
function withState(answer: Response, upload: Upload | undefined): Response {
  const headers = new Headers(answer.headers);
  headers.delete('access-control-expose-headers');
  if (upload !== undefined) {
    const { state, reason } = upload;
    const said = { 'hub-file-state': state, ...(reason !== null && { 'hub-file-reason': reason as Reason }) };
    sayOfFile(said, (name, value) => headers.set(name, value));
  }
  if (answer.status === 503) headers.set('retry-after', diskRetrySeconds);
  return new Response(answer.body, { status: answer.status, headers });
}

/** RFC 6266: plain letters for old readers, the whole name for the others. */
function attachmentNamed(name: string): string {
  const plain = name.replaceAll(/[^ !#$&+\-.0-9A-Z^_`a-z~]/g, '_');
  const whole = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}

function bodyOf(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const parts = bytes[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const next = await parts.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await parts.return?.();
    },
  });
}
