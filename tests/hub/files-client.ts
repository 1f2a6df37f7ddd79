/** A person with a device who adds files by the wire alone, as the app does and as somebody who goes round it would. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { CommandVerdict } from '#sync/model/command.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import type { AttachmentChange, PushReply } from '#sync/protocol/changes.ts';
import { unpackFrame, type PackedFrame } from '#sync/protocol/pack.ts';
import type { PersonKey } from '#tests/people/index.ts';
import { makeDevice, type TestHub } from '#tests/people/test-hub.ts';
import { pushBody } from './push-body.ts';
import { newId } from './sync-hub.ts';

export type FilesClient = Awaited<ReturnType<typeof filesClient>>;

export async function filesClient(hub: TestHub, person: PersonKey) {
  const { browser, session } = await hub.signIn(person);
  const device = makeDevice();
  await browser.post('/api/devices', { device: device.id, publicKey: device.publicKey });
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const request = (path: string, init: RequestInit & { duplex?: 'half' } = {}) =>
    hub.app.request(path, {
      ...init,
      headers: { cookie, 'hub-request': '1', ...(init.headers as Record<string, string> | undefined) },
    });
  const sync = async (change: object): Promise<PushReply> => {
    const from = { account: session.person.id, device: device.id, sent: hub.clock.now };
    const bytes = gzipSync(JSON.stringify(pushBody(from, change)));
    const answer = await request('/api/sync', {
      method: 'POST',
      body: bytes,
      headers: {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'hub-device': device.id,
        'hub-signature': device.sign('/api/sync', session.nonce, bytes),
      },
    });
    if (answer.status !== 200) throw new Error(`A push was answered by ${String(answer.status)}.`);
    return (await answer.json()) as PushReply;
  };
  const client = {
    person: session.person.id,
    request,
    sync,
    async command(name: string, on: DocumentId, args: object): Promise<CommandVerdict | undefined> {
      const reply = await sync({ commands: [{ id: newId(), doc: on, name, args, seen: {} }] });
      return reply.commands[0]?.verdict;
    },
    async start(): Promise<DocumentId> {
      const id = newId<DocumentId>();
      await client.command('start', id, { kind: 'request', form: 1 });
      return id;
    },
    head: (id: string, headers: Record<string, string> = {}) =>
      request(`/api/files/${id}`, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0', ...headers } }),
    patch: (id: string, offset: number, body: Uint8Array | ReadableStream, headers: Record<string, string> = {}) =>
      request(`/api/files/${id}`, {
        method: 'PATCH',
        body: body as Uint8Array<ArrayBuffer>,
        duplex: 'half',
        headers: {
          'tus-resumable': '1.0.0',
          'upload-offset': String(offset),
          'content-type': 'application/offset+octet-stream',
          ...headers,
        },
      }),
    get: (id: string) => request(`/api/files/${id}`),
    async files(on: DocumentId): Promise<AttachmentChange[]> {
      const { frame } = await sync({ pull: true, want: [on] });
      const { changes } = unpackFrame(frame as unknown as PackedFrame);
      return changes.filter((change) => change.t === 'attachment');
    },
  };
  return client;
}

export const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64url');
export const declare = (bytes: Uint8Array, more: Partial<Record<string, unknown>> = {}) => ({
  id: newId<string>(),
  section: 'documents',
  name: 'Report – Zofia’s EP (2).pdf',
  type: 'application/pdf',
  sizeBytes: bytes.length,
  hash: hashOf(bytes),
  category: 'report-ep',
  datedOn: '2026-09-14',
  ...more,
});
