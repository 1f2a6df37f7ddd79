/** A document as it is read on the screen, and as it is printed. */
import { nameOf } from '#lib/wording/requests.ts';
import { dateInEngland, dateInWords } from '#lib/wording/times.ts';
import { labels } from '#lib/forms/code-lists.ts';
import { stateOfView } from '#lib/forms/state-of-view.ts';
import { fieldTypes } from '#sync/field-types/index.ts';
import type { SectionKey } from '#sync/model/ids.ts';
import { outlineOf } from '#sync/print/outline.ts';
import type { Outline } from '#sync/print/outline-type.ts';
import type { FileRow } from './document-files.ts';
import type { DocumentView } from './document-view.ts';

/** Without the sections that hold files alone: on a screen those are a table, in which each can be fetched. */
export function readingOutline(document: DocumentView): Outline {
  const holdsFilesAlone = (section: SectionKey) => {
    const fields = Object.values(document.form.sections[section]?.fields ?? {});
    return fields.length > 0 && fields.every((field) => fieldTypes[field.type]?.printFiles !== undefined);
  };
  return outlineOf(
    document.printed,
    stateOfView(document),
    labels,
    (section) => document.may(section).includes('see') && !holdsFilesAlone(section),
    dateInEngland(Date.now()),
  );
}

/** A print names the files that go with it, and says what it is a print of: pages lie about on desks. */
export function printOutline(document: DocumentView, files: readonly FileRow[]): Outline {
  const today = dateInEngland(Date.now());
  const outline = outlineOf(
    document.printed,
    stateOfView(document),
    labels,
    (section) => document.may(section).includes('see'),
    today,
    (section) => files.filter((file) => file.isGood && file.section === section),
  );
  const facts = document.facts();
  const { caseNumber, receivedOn } = facts;
  return {
    ...outline,
    title: caseNumber === undefined ? `${outline.title} (draft)` : `${outline.title} ${caseNumber}`,
    facts: [
      { label: 'Child or young person', text: nameOf(facts) },
      ...(caseNumber === undefined ? [] : [{ label: 'Case number', text: caseNumber }]),
      ...(receivedOn === undefined
        ? [{ label: 'Printed on', text: `${dateInWords(today)}, before it was sent` }]
        : [{ label: 'Received on', text: dateInWords(receivedOn) }]),
      ...outline.facts,
    ],
  };
}
