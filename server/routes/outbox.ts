/**
 * Only in a demonstration: every e-mail and text message that the Hub would have sent, newest first, as a page that
 * needs no script and as data.
 */
import { Hono } from 'hono';
import { html } from 'hono/html';
import type { Deps } from '#server/services/deps.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import { shownMessages, type ShownMessage } from '#server/services/messages.ts';

const shownMax = 200;
const fresh = { 'cache-control': 'no-store' };

export function outboxRoutes({ storage }: Deps) {
  const messages = () => shownMessages(storage, shownMax);
  return new Hono<HubEnv>()
    .get('/outbox.json', async (c) => c.json(await messages(), 200, fresh))
    .get('/outbox.css', (c) => c.body(style, 200, { ...fresh, 'content-type': 'text/css; charset=utf-8' }))
    .get('/outbox', async (c) => c.html(page(await messages(), c.req.query('refresh') === '5'), 200, fresh));
}

const page = (messages: readonly ShownMessage[], isRefreshing: boolean) =>
  html`<!doctype html>
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${isRefreshing ? html`<meta http-equiv="refresh" content="5" />` : ''}
        <title>Outbox of the demonstration – EHC Hub</title>
        <link rel="stylesheet" href="/outbox.css" />
      </head>
      <body>
        <header>
          <p><a href="/">EHC Hub</a> demonstration</p>
        </header>
        <main>
          <h1>Outbox</h1>
          <p>
            These are the e-mails and text messages that the Hub would have sent, newest first. Nothing leaves this
            demonstration.
          </p>
          <p>
            <a href="/outbox">Refresh now</a> ·
            ${isRefreshing ? html`<a href="/outbox">Stop refreshing</a>` : html`<a href="/outbox?refresh=5">Refresh every 5 seconds</a>`}
          </p>
          ${
            messages.length === 0
              ? html`<p>No message yet.</p>`
              : html`<ol>
                  ${messages.map(entry)}
                </ol>`
          }
        </main>
      </body>
    </html> `;

const entry = ({ channel, to, subject, body, at }: ShownMessage) =>
  html`<li>
    <h2>${channel === 'sms' ? 'Text message' : subject}</h2>
    <dl>
      <div>
        <dt>To</dt>
        <dd>${to}</dd>
      </div>
      <div>
        <dt>${channel === 'sms' ? 'Sent' : 'E-mail sent'}</dt>
        <dd><time datetime="${new Date(at).toISOString()}">${inEngland.format(at)}</time></dd>
      </div>
    </dl>
    <pre>${body}</pre>
  </li> `;

const inEngland = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'medium',
  timeZone: 'Europe/London',
});

const style = `
body { margin: 0; font: 1.1875rem/1.4 arial, sans-serif; color: #0b0c0c; background: #fff; }
header { background: #1d70b8; color: #fff; padding: .25rem 1rem; }
header a { color: #fff; font-weight: bold; }
main { max-width: 42rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 2rem; } h2 { font-size: 1.25rem; margin: 0 0 .5rem; }
a { color: #1a65a6; } a:focus { outline: 3px solid #fd0; outline-offset: 0; background: #fd0; color: #0b0c0c; }
ol { list-style: none; padding: 0; }
li { border: 1px solid #b1b4b6; border-left-width: .5rem; padding: 1rem; margin: 0 0 1rem; }
dl { margin: 0; } dl div { display: flex; gap: .5rem; } dt { font-weight: bold; } dd { margin: 0; overflow-wrap: anywhere; }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; background: #f3f2f1; padding: .75rem; margin: .75rem 0 0; }
`;
