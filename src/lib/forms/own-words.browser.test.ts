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
    items: () => [],
    text: () => ({ tree: [], ver: 0 }),
    value() {
      follow();
      return standing;
    },
    typing: () => undefined,
    write({ value }: { value: Json }) {
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
  return { hub, document, stand, written };
}
