import { createRawSnippet } from 'svelte';
import { page, userEvent } from 'vitest/browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import Button from './Button.svelte';
import SearchList from './SearchList.svelte';

const entries = new Map([
  ['brook', 'Brook Lane School'],
  ['oak', 'Oakfield School'],
  ['elm', 'Élm Grove Nursery'],
]);
const onchange = vi.fn<(value: string | null) => void>();
const onclick = vi.fn();
const box = page.getByRole('combobox', { name: 'Which setting?' });
const isUnknown = 'Choose an answer from the list. What you typed is not in it, and is not saved.';

beforeEach(() => {
  onchange.mockReset();
  onclick.mockReset();
});

/** A list as a form shows it: what is chosen comes back as the answer. A button stands beneath it, clear of its menu. */
async function shown(value: string | null, more: { error?: string; hint?: string; notListed?: string } = {}) {
  const list = await render(SearchList, { id: 'list', label: 'Which setting?', entries, value, onchange, ...more });
  onchange.mockImplementation((next: string | null) => void list.rerender({ value: next }));
  await render(Button, {
    style: 'margin-top: 8rem',
    children: createRawSnippet(() => ({ render: () => '<span>Next</span>' })),
    onclick,
  });
  // Until the wrapped component has come, a plain select stands there.
  await expect.poll(() => document.getElementById('list')?.tagName).toBe('INPUT');
  return list;
}
const leave = () => userEvent.tab();

test('words that are in no entry stay in the box when it is left, and it is said there and aloud that they are not saved', async () => {
  const list = await shown(null, { notListed: 'If it is outside this area, say so.' });
  await box.fill('Quillwort Academy');
  await expect.element(box).not.toHaveAttribute('aria-invalid');
  await leave();
  const said = `${isUnknown} If it is outside this area, say so.`;
  await expect.element(box).toHaveAccessibleDescription(new RegExp(`Error: ${said}$`));
  await expect.element(box).toHaveAttribute('aria-invalid', 'true');
  expect(list.container.querySelector('[aria-live="assertive"]')?.textContent).toBe(`Which setting?: ${said}`);
  await expect.element(box).toHaveValue('Quillwort Academy');
  expect(onchange).not.toHaveBeenCalled();
});

test('typing takes neither the hint nor a message away from the box', async () => {
  await shown('oak', { hint: 'Start typing its name.', error: 'Choose the setting' });
  for (const typed of ['Brook', '']) {
    await box.fill(typed);
    await expect.element(box).toHaveAccessibleDescription(/Start typing its name. Error: Choose the setting/);
  }
});

test('the message says which answer still stands, and stands beside what the form has to say', async () => {
  await shown('oak', { error: 'Choose the setting' });
  await box.fill('Quillwort');
  await leave();
  await expect
    .element(box)
    .toHaveAccessibleDescription(`Error: Choose the setting. ${isUnknown} The answer is still “Oakfield School”.`);
});

test('the message goes as soon as something is chosen from the list, by keyboard or by pointer', async () => {
  await shown(null);
  await box.fill('Quillwort');
  await leave();
  await expect.element(box).toHaveAccessibleDescription(new RegExp(isUnknown));
  await box.fill('brook');
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await expect.element(page.getByText(isUnknown).first()).not.toBeInTheDocument();
  expect(onchange).toHaveBeenLastCalledWith('brook');

  await box.fill('Quillwort');
  await leave();
  await expect.element(box).toHaveAttribute('aria-invalid', 'true');
  await box.fill('oak');
  await page.getByRole('option', { name: 'Oakfield School' }).click();
  await expect.element(box).not.toHaveAttribute('aria-invalid');
  expect(onchange).toHaveBeenLastCalledWith('oak');
});

test('the message goes when the words are taken out, and an emptied box is no answer once it is left', async () => {
  await shown('oak');
  await box.fill('Quillwort');
  await leave();
  await expect.element(box).toHaveAttribute('aria-invalid', 'true');
  await box.fill('');
  await expect.element(box).not.toHaveAttribute('aria-invalid');
  // Not while somebody is about to type another.
  expect(onchange).not.toHaveBeenCalled();
  await leave();
  await vi.waitFor(() => expect(onchange).toHaveBeenLastCalledWith(null));
  await expect.element(box).toHaveValue('');
});

test('an answer written out in full is chosen, however it is written', async () => {
  await shown(null);
  await box.fill('elm grove nursery');
  await leave();
  await vi.waitFor(() => expect(onchange).toHaveBeenLastCalledWith('elm'));
  await expect.element(box).toHaveValue('Élm Grove Nursery');
});

test('a list that is left as it was changes nothing and says nothing', async () => {
  await shown('oak');
  await box.click();
  await leave();
  await box.fill('Oak');
  await box.fill('Oakfield School');
  await leave();
  await expect.element(box).not.toHaveAttribute('aria-invalid');
  // What is said of other words comes after anything that these could have brought about.
  await box.fill('Quillwort');
  await leave();
  await expect.element(box).toHaveAttribute('aria-invalid', 'true');
  expect(onchange).not.toHaveBeenCalled();
});

test('an answer that comes from elsewhere is shown, but takes no words from under the fingers of who is typing', async () => {
  const list = await shown(null);
  await list.rerender({ value: 'oak' });
  await expect.element(box).toHaveValue('Oakfield School');
  await box.fill('Quill');
  await list.rerender({ value: 'brook' });
  await expect.element(box).toHaveValue('Quill');
  await leave();
  await expect.element(box).toHaveAccessibleDescription(/The answer is still “Brook Lane School”/);
});

test('the message does not move away what is pressed when the box is left by pointer', async () => {
  await shown(null);
  await box.fill('Quillwort');
  await page.getByRole('button', { name: 'Next' }).click({ delay: 200 });
  await expect.element(box).toHaveAttribute('aria-invalid', 'true');
  expect(onclick).toHaveBeenCalledOnce();
});
