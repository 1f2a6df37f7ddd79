import { createSubscriber } from 'svelte/reactivity';
import { page, userEvent } from 'vitest/browser';
import { expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { ConflictView, FieldView, Hub, MineView } from '#lib/device/hub.ts';
import { watched } from '#lib/device/watched.ts';
import type { DocumentView } from '#lib/screen/document-view.ts';
import type { FieldDefinition } from '#sync/forms/define.ts';
import type { Json } from '#sync/model/edit.ts';
import FieldBench from './testing/FieldBench.svelte';

const field: FieldDefinition = { type: 'short-text', label: 'First name', rule: 'ask' };
const contacts: FieldDefinition = {
  ...{
    type: 'items',
    label: 'Contacts',
    rule: 'items',
    itemName: 'contact',
    maxItems: 5,
    fields: { first_name: field },
  },
} as FieldDefinition;
const by = (id: string, name: string) => ({ id: id as never, name, role: 'senco' });

test('whoever is writing when another answer comes goes on in the same control, and chooses on leaving it', async () => {
  const bench = fieldBench();
  bench.stand('Zo');
  await render(FieldBench, { hub: bench.hub, field, document: bench.document });
  const box = page.getByRole('textbox', { name: 'First name' });
  await box.click();
  await userEvent.keyboard('fia');
  bench.stand(null, conflict('a', 'Zofia'));
  await expect.element(box).toHaveFocus();
  await userEvent.keyboard(' Maria');
  await expect.element(box).toHaveValue('Zofia Maria');
  await expect.element(page.getByText(/gave a different answer while you were writing/)).toBeVisible();
  await expect.element(page.getByRole('group', { name: /^First name/ })).not.toBeInTheDocument();

  await page.getByRole('button', { name: 'Somewhere else' }).click();
  const panel = page.getByRole('group', { name: 'First name: there are 2 different answers' });
  await expect.element(panel).toBeVisible();
  await expect.element(panel.getByText(/You\s+can leave this for now/)).toBeVisible();
});

test('whoever gives another answer goes on in the same control when somebody else chooses meanwhile', async () => {
  const bench = fieldBench();
  bench.stand(null, conflict('a', 'Zofia'));
  await render(FieldBench, { hub: bench.hub, field, document: bench.document });
  await page.getByRole('button', { name: 'Give a different answer' }).click();
  const box = page.getByRole('textbox', { name: 'First name' });
  await expect.element(box).toHaveFocus();
  await userEvent.keyboard('{End} Ma');
  await expect.poll(() => bench.written.at(-1)).toBe('Zofia Ma');
  bench.stand('Sofia');
  await expect.element(box).toHaveFocus();
  await userEvent.keyboard('{End}!');
  await expect.element(box).toHaveValue('Sofia!');
});

test('an entry that somebody else removes stays while one is in it: writing on brings it back, leaving lets it go', async () => {
  const bench = fieldBench();
  bench.stand('Halina');
  bench.list(['a']);
  await render(FieldBench, { hub: bench.hub, field: contacts, document: bench.document });
  const box = page.getByRole('textbox', { name: 'First name' });
  await box.click();
  bench.list([]);
  await expect.element(page.getByText(/^Somebody else removed this contact/)).toBeVisible();
  await expect.element(box).toHaveFocus();
  await userEvent.keyboard('{End}x');
  await expect.element(box).toHaveValue('Halinax');
  await expect.poll(() => bench.kinds).toEqual(['restore', 'set']);

  bench.list(['a']);
  await expect.element(page.getByText(/^Somebody else removed this contact/)).not.toBeInTheDocument();
  await expect.element(box).toHaveFocus();
  bench.list([]);
  await page.getByRole('button', { name: 'Somewhere else' }).click();
  await expect.element(box).not.toBeInTheDocument();
});

test('a second press in the same place does not delete words, and the focus is never lost', async () => {
  const command = vi.fn(() => Promise.resolve({ ok: true }));
  const { hub } = fieldBench(command);
  await render(FieldBench, { hub, field, mine: words({}) });
  await page.getByRole('button', { name: /^Delete my words/ }).click();
  await expect.element(page.getByRole('button', { name: /^Keep my words/ })).toHaveFocus();
  const buttons = page.getByRole('button').elements();
  expect(buttons.findIndex((one) => one.textContent.startsWith('Keep my words'))).toBeLessThan(
    buttons.findIndex((one) => one.textContent.startsWith('Delete these words')),
  );
  await page.getByRole('button', { name: /^Keep my words/ }).click();
  await expect.element(page.getByRole('button', { name: /^Delete my words/ })).toHaveFocus();
  expect(command).not.toHaveBeenCalled();
});

test('a change without words is told as such, and can only be closed', async () => {
  const command = vi.fn(() => Promise.resolve({ ok: true }));
  const { hub } = fieldBench(command);
  await render(FieldBench, { hub, field, mine: words({ value: { item: 'i', order: 'a0' } }) });
  await expect.element(page.getByRole('heading', { name: 'First name: a change of yours was not made' })).toBeVisible();
  await expect.element(page.getByRole('button', { name: /council|Copy|Delete/ })).not.toBeInTheDocument();
  await page.getByRole('button', { name: /^Close this message/ }).click();
  expect(command).toHaveBeenCalledWith('d', 'drop-parked', { id: 'x' });
});

const words = (more: Partial<MineView>) =>
  ({
    id: 'x',
    doc: 'd',
    holder: 'child',
    field: 'first_name',
    value: 'Zo',
    at: 1,
    what: 'parked',
    reason: 'section-closed',
    isHere: false,
    done: false,
    ...more,
  }) as MineView;

const conflict = (id: string, own: string): ConflictView => ({
  id,
  base: null,
  sides: [
    { value: own, by: by('me', 'Ann Lee'), at: 1, isOwn: true, isHere: true },
    { value: 'Sofia', by: by('other', 'Priya Nair'), at: 2, isOwn: false, isHere: false },
  ],
});

function fieldBench(command: (...args: unknown[]) => unknown = () => Promise.resolve({ ok: true })) {
  const written: Json[] = [];
  const kinds: string[] = [];
  let entries: readonly string[] = [];
  const hub = {
    session: { state: watched({ is: 'locked' }) },
    commands: () => watched([]),
    command,
  } as unknown as Hub;
  let standing: FieldView = { value: null, ver: 1, isUnsent: false };
  let changed = () => {};
  const follow = createSubscriber((update) => {
    changed = update;
    return () => (changed = () => {});
  });
  const document = {
    form: { sections: {} },
    may: () => ['see', 'write'],
    mine: () => [],
    items() {
      follow();
      return entries.map((id) => ({ id, section: 'child', order: 'a0' }));
    },
    text: () => ({ tree: [], ver: 0 }),
    value() {
      follow();
      return standing;
    },
    typing: () => undefined,
    write({ kind, value }: { kind: string; value: Json }) {
      kinds.push(kind);
      if (kind !== 'set') return Promise.resolve({ ok: true });
      written.push(value);
      if (standing.conflict === undefined) stand(value);
      else stand(null, conflict('a', String(value)));
      return Promise.resolve({ ok: true });
    },
  } as unknown as DocumentView;
  const stand = (value: Json, open?: ConflictView) => {
    standing = { value, ver: 1, isUnsent: false, ...(open !== undefined && { conflict: open }) };
    changed();
  };
  const list = (ids: readonly string[]) => {
    entries = ids;
    changed();
  };
  return { hub, document, stand, list, written, kinds };
}
