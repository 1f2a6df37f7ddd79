import { describe } from 'vitest';
import { openTestHub } from '#tests/people/test-hub.ts';
import { mailCarrierSuite } from './mail-carrier.suite.ts';

describe('into the outbox of a demonstration', () => {
  mailCarrierSuite('demonstration', async () => {
    const hub = await openTestHub();
    const { id: authorityId } = await hub.deps.storage.db
      .selectFrom('authority')
      .select('id')
      .executeTakeFirstOrThrow();
    return {
      carrier: { ...hub.carriers.mail, send: (letter) => hub.carriers.mail.send({ ...letter, authorityId }) },
      arrived: async () => {
        const shown = (await (await hub.app.request('/outbox.json')).json()) as {
          to: string;
          subject: string;
          body: string;
        }[];
        return shown.map(({ to, subject, body }) => ({ to, subject, body }));
      },
      close: () => hub.close(),
    };
  });
});
