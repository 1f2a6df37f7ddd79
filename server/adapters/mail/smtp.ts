/** E-mail by SMTP. A letter's Message-ID is made of its id, so mail servers and readers know one that comes twice. */
import nodemailer from 'nodemailer';
import type { Delivery, MailCarrier } from './mail-carrier.ts';

const timeoutMs = 20_000;

export function smtpCarrier({ url, from, name }: { url: string; from: string; name: string }): MailCarrier {
  const { protocol, hostname, port, username, password } = new URL(url);
  const isSecure = protocol === 'smtps:';
  const transport = nodemailer.createTransport({
    host: hostname,
    port: Number(port || (isSecure ? 465 : 587)),
    secure: isSecure,
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    // With credentials a line that cannot be encrypted is not used at all.
    requireTLS: !isSecure && username !== '',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // Nothing that a message holds may make this server read a file or ask an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.slice(from.indexOf('@') + 1);
  return {
    async send({ id, to, subject, body, at }) {
      try {
        await transport.sendMail({
          from: { name, address: from },
          to: { name: '', address: to },
          subject,
          text: body,
          date: new Date(at),
          messageId: `<${id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return { is: 'sent' };
      } catch (error) {
        return refusal(error);
      }
    },
    close: () => {
      transport.close();
    },
  };
}

/** A mail server's 5xx about this address or letter is its last word; a fault of the line or of our options can be put right. */
function refusal(error: unknown): Delivery {
  if (!(error instanceof Error)) throw error;
  const { responseCode, code } = error as Error & { responseCode?: number; code?: string };
  if (responseCode === undefined && code === undefined) throw error;
  const isAboutLetter = code === 'EENVELOPE' || code === 'EMESSAGE';
  return { is: isAboutLetter && (responseCode ?? 0) >= 500 ? 'never' : 'later', code: String(responseCode ?? code) };
}
