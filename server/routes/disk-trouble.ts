/** The answer when the server's disk takes nothing or its database is away: come again. What was sent stays with whoever sent it. */
import type { Context } from 'hono';
import type { Deps, DiskState } from '#server/services/deps.ts';
import type { HubEnv } from '#server/services/session-facts.ts';

/** Somebody has to make room first; until then asking more often helps nobody. A database comes back by itself. */
export const diskRetrySeconds = '30';

export function diskTrouble(c: Context<HubEnv>, { log, ports }: Pick<Deps, 'log' | 'ports'>, state: DiskState) {
  const reference = c.get('reference');
  log({ event: 'server', at: ports.now(), reference, code: state });
  c.header('retry-after', state === 'database-away' ? '3' : diskRetrySeconds);
  return c.json({ error: state, reference }, 503);
}
