/** When all is sent, every device that may see the document shows exactly what the server keeps, and no other device holds a word of it. */
import type { DocumentId, Holder } from '#sync/model/ids.ts';
import type { Oracle } from './oracle.ts';
import type { ServerFile } from './server-file.ts';
import type { SimulatedDevice } from './simulated-device.ts';

export async function judgeDevices(
  devices: readonly SimulatedDevice[],
  doc: DocumentId,
  file: ServerFile,
  readers: ReadonlySet<string>,
  oracle: Oracle,
): Promise<void> {
  const fields = file.all<{ holder: string; field: string; value: string; conflict: string | null; sides: string }>(
    "select holder, field, value, conflict, sides from field where document_id = ? and field not like '~%'",
    doc,
  );
  const texts = file.all<{ holder: string; field: string; tree: string }>(
    'select holder, field, tree from text where document_id = ?',
    doc,
  );
  const items = file.all<{ id: string; holder: string; list: string }>(
    'select id, holder, list from item where document_id = ? and gone is null order by item_order, id',
    doc,
  );
  const shares = file.all<{ person: string; since: number }>(
    'select person_id as person, max(shared_at) as since from share where document_id = ? and ended_at is null group by person_id',
    doc,
  );
  for (const device of devices) {
    const opened = await device.workspace.open(doc);
    if (!readers.has(device.of.person)) {
      if (opened.ok && opened.value.sections().size > 0)
        oracle.fail(`${device.of.name} still holds a document that is not theirs`);
      continue;
    }
    if (!opened.ok) {
      // An officer's list brings the contents when they are opened.
      if (opened.reason !== 'not-here' || device.of.who !== 'officer')
        oracle.fail(`${device.of.name} cannot open a document that is theirs: ${opened.reason}`);
      continue;
    }
    const document = opened.value;
    const present = new Set(items.map(({ id }) => id));
    // A conflict from before a draft was shared is not for whom it was later shared with: its sides are old words.
    const since = shares.find(({ person }) => person === device.of.person)?.since ?? 0;
    const isTold = (sides: string) => (JSON.parse(sides) as { stamp: number }[]).every(({ stamp }) => stamp > since);
    for (const { holder, field, value, conflict, sides } of fields) {
      const view = document.value(holder as Holder, field);
      // The last words of an entry that was removed stay with those who could write when it went; others have none, or
      // those that stood when they last saw it, and nobody is shown either.
      const isDeleted = !isSection(holder) && !present.has(holder);
      if (!isDeleted && JSON.stringify(view.value) !== value)
        oracle.fail(`${device.of.name} shows ${JSON.stringify(view.value)} at ${field}, the Hub keeps ${value}`);
      if (
        conflict !== null &&
        isTold(sides) &&
        document.may(sectionOf(holder)).includes('write') &&
        view.conflict === undefined &&
        (isSection(holder) || present.has(holder))
      )
        oracle.fail(`${device.of.name} does not show an open conflict at ${field}`);
    }
    for (const { holder, field, tree } of texts) {
      const shown = JSON.stringify(document.text(holder as Holder, field).tree);
      if (shown !== tree)
        oracle.fail(`${device.of.name} shows another text at ${field}: ${shown}, the Hub keeps ${tree}`);
    }
    for (const holder of new Set(items.map((item) => `${item.holder} ${item.list}`))) {
      const [at = '', list = ''] = holder.split(' ');
      const shown = document.items(at as Holder, list).map(({ id }) => id as string);
      const kept = items.filter((item) => item.holder === at && item.list === list).map(({ id }) => id);
      if (JSON.stringify(shown) !== JSON.stringify(kept))
        oracle.fail(`${device.of.name} shows ${shown.join()} in ${list}, the Hub keeps ${kept.join()}`);
    }
  }
}

const isSection = (holder: string): boolean => /^[a-z-]+$/.test(holder);
const sectionOf = (holder: string) => (isSection(holder) ? holder : 'contacts') as never;
