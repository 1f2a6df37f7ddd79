import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { describe, expect, test } from 'vitest';
import { mailCarrierSuite } from './mail-carrier.suite.ts';
import { smtpCarrier } from './smtp.ts';

const letter = {
  id: 'aaaaBBBBccccDDDD',
  authorityId: 'auth',
  to: 'marek@example.org',
  subject: 'Hello',
  body: 'Hello',
  at: 0,
};

describe('by SMTP, to a real mail server', () => {
  mailCarrierSuite('smtp', async () => {
    const post = await openPost();
    return {
      carrier: post.carrier,
      async arrived() {
        const byId = new Map(post.letters.map((email) => [email.messageId, email]));
        return [...byId.values()].map(({ to, subject, text }) => ({
          to: to?.[0]?.address ?? '',
          subject: subject ?? '',
          body: (text ?? '').replace(/\n+$/, '\n'),
        }));
      },
      close: post.close,
    };
  });

  test('says who sent it, that a machine wrote it, and holds nothing but text', async () => {
    const { carrier, letters, close } = await openPost();
    await carrier.send(letter);
    expect(letters[0]).toMatchObject({
      from: { address: 'hub@hallowshire.example', name: 'EHC Hub' },
      messageId: '<aaaaBBBBccccDDDD@hallowshire.example>',
      attachments: [],
    });
    expect(letters[0]?.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
    expect(letters[0]?.html).toBeUndefined();
    carrier.close();
    await close();
  });

  test('tells a refusal for good from one for now, and neither names anybody', async () => {
    const refusing = (responseCode: number) =>
      openPost({
        onRcptTo: (_address, _session, done) =>
          done(Object.assign(new Error('marek@example.org is not here'), { responseCode })),
      });
    for (const [code, is] of [
      [550, 'never'],
      [451, 'later'],
    ] as const) {
      const { carrier, close } = await refusing(code);
      expect(await carrier.send(letter)).toEqual({ is, code: String(code) });
      carrier.close();
      await close();
    }
  });

  test('tries later when nobody answers', async () => {
    const { carrier, close } = await openPost();
    await close();
    expect(await carrier.send(letter)).toEqual({ is: 'later', code: expect.stringMatching(/^E[A-Z]+$/) });
    carrier.close();
  });

  test('never sends a password over a line that is not encrypted', async () => {
    let isAsked = false;
    const { port, close } = await openPost({
      authOptional: true,
      allowInsecureAuth: true,
      hideSTARTTLS: true,
      onAuth: () => (isAsked = true),
    });
    const carrier = smtpCarrier({
      url: `smtp://hub:word@127.0.0.1:${String(port)}`,
      from: 'hub@hallowshire.example',
      name: 'EHC Hub',
    });
    expect(await carrier.send(letter)).toMatchObject({ is: 'later' });
    expect(isAsked).toBe(false);
    carrier.close();
    await close();
  });
});

async function openPost(options: SMTPServerOptions = {}) {
  const letters: Email[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.onAuth === undefined ? ['AUTH', 'STARTTLS'] : ['STARTTLS'],
    onData(stream, _session, done) {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        void PostalMime.parse(Buffer.concat(pieces)).then((email) => {
          letters.push(email);
          done();
        });
      });
    },
    ...options,
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    letters,
    port,
    carrier: smtpCarrier({ url: `smtp://127.0.0.1:${String(port)}`, from: 'hub@hallowshire.example', name: 'EHC Hub' }),
    close: () =>
      new Promise<void>((closed) => {
        server.close(closed);
      }),
  };
}
