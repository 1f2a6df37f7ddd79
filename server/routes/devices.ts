/** Enrols the device that this session is used on. */
import { Hono } from 'hono';
import { enrolment, type EnrolmentReply, type Refusal } from '#sync/protocol/session.ts';
import { requireSession } from '#server/middleware/session.ts';
import type { Deps } from '#server/services/deps.ts';
import { enrolDevice } from '#server/services/devices.ts';
import type { HubEnv } from '#server/services/session-facts.ts';
import { readJson } from './read-json.ts';

export const deviceRoutes = (deps: Deps) =>
  new Hono<HubEnv>().post('/devices', requireSession(deps), async (c) => {
    const body = await readJson(c, enrolment);
    if (!body.ok) return body.response;
    const { device, publicKey } = body.value;
    const enrolled = await enrolDevice(deps, c.get('session'), device, publicKey);
    if (!enrolled.ok)
      return c.json<Refusal>(
        { error: enrolled.reason, reference: c.get('reference') },
        enrolled.reason === 'invalid-value' ? 422 : 409,
      );
    return c.json<EnrolmentReply>({ device });
  });
