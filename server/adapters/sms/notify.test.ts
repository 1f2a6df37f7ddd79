import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { notifyCarrier } from './notify.ts';
import { smsCarrierSuite } from './sms-carrier.suite.ts';

const serviceId = '11111111-2222-3333-4444-555555555555';
const secret = '66666666-7777-8888-9999-000000000000';
const templateId = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';
const text = { id: 'aaaaBBBBccccDDDD', authorityId: 'auth', to: '07700 900123', body: 'Words', at: 5, isRetry: false };

describe('by a service that speaks as GOV.UK Notify does', () => {
  smsCarrierSuite('notify', openService);

  test('is signed in the name of the service', async () => {
    const { carrier, issuers, close } = await openService();
    await carrier.send(text);
    expect(issuers).toEqual([serviceId]);
    await close();
  });

  test('tells a refusal for good from one for now', async () => {
    for (const [status, is] of [
      [400, 'never'],
      [403, 'later'],
      [429, 'later'],
      [500, 'later'],
    ] as const) {
      const { carrier, close } = await openService(status);
      expect(await carrier.send(text)).toEqual({ is, code: String(status) });
      await close();
    }
  });

  test('tries later when nobody answers', async () => {
    const { carrier, close } = await openService();
    await close();
    expect(await carrier.send(text)).toEqual({ is: 'later', code: 'TypeError' });
  });
});

interface Posted {
  phone_number: string;
  template_id: string;
  personalisation: { text: string };
  reference: string;
}

async function openService(failing?: number) {
  const sent: Posted[] = [];
  const issuers: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const handle = async () => {
      const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      issuers.push((await jwtVerify(token, new TextEncoder().encode(secret), { maxTokenAge: 30 })).payload.iss);
      if (failing !== undefined) return answer(failing, { errors: [{ error: 'no', message: '07700 900123' }] });
      const url = new URL(request.url ?? '/', 'http://service');
      if (request.method === 'GET')
        return answer(200, {
          notifications: sent.filter(({ reference }) => reference === url.searchParams.get('reference')),
        });
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      sent.push(JSON.parse(Buffer.concat(pieces).toString()) as Posted);
      return answer(201, { id: 'x' });
    };
    handle().catch(() => answer(403, {}));
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  return {
    issuers,
    carrier: notifyCarrier({
      key: `hub-${serviceId}-${secret}`,
      templateId,
      url: `http://127.0.0.1:${String(port)}`,
      now: () => Date.now(),
    }),
    arrived: async () => sent.map(({ phone_number: to, personalisation }) => ({ to, body: personalisation.text })),
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
