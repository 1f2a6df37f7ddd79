/** Where most tests of the sync services begin: a SENCO has started a draft, and others have not heard of it yet. */
import type { DocumentId } from '#sync/model/ids.ts';
import { openTestHub, type TestDevice, type TestHub } from './sync-hub.ts';

export interface DraftHub {
  readonly hub: TestHub;
  /** Who started it. */
  readonly senco: TestDevice;
  readonly parent: TestDevice;
  readonly coOrdinator: TestDevice;
  readonly doc: DocumentId;
}

export async function openDraftHub(): Promise<DraftHub> {
  const hub = await openTestHub();
  const senco = await (await hub.person('senco')).device();
  const parent = await (await hub.person('parent')).device();
  const coOrdinator = await (await hub.person('co-ordinator')).device();
  return { hub, senco, parent, coOrdinator, doc: await senco.start() };
}
