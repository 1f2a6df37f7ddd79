import { describe } from 'vitest';
import { openTestHub } from '#tests/people/test-hub.ts';
import { smsCarrierSuite } from './sms-carrier.suite.ts';

describe('into the outbox of a demonstration', () => {
  smsCarrierSuite('demonstration', async () => {
    const hub = await openTestHub();
    const { id: authorityId } = await hub.deps.storage.db
      .selectFrom('authority')
      .select('id')
      .executeTakeFirstOrThrow();
    return {
      carrier: { ...hub.carriers.sms, send: (text) => hub.carriers.sms.send({ ...text, authorityId }) },
      arrived: async () => {
        const shown = (await (await hub.app.request('/outbox.json')).json()) as { to: string; body: string }[];
        return shown.map(({ to, body }) => ({ to, body }));
      },
      close: () => hub.close(),
    };
  });
});
