import { page } from 'vitest/browser';
import { expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import Checkboxes from './Checkboxes.svelte';
import DateInput from './DateInput.svelte';
import ErrorSummary from './ErrorSummary.svelte';
import Input from './Input.svelte';
import Radios from './Radios.svelte';

test('a control is described by its hint and its error, and says that it is wrong', async () => {
  await render(Input, {
    id: 'name',
    label: 'First name',
    hint: 'As on the birth certificate',
    error: 'Enter a name',
    value: '',
  });
  const box = page.getByRole('textbox', { name: 'First name' });
  await expect.element(box).toHaveAccessibleDescription('As on the birth certificate Error: Enter a name');
  await expect.element(box).toHaveAttribute('aria-invalid', 'true');
});

test('the error summary takes the focus, and its link leads into the field', async () => {
  await render(Input, { id: 'dob', label: 'Date of birth', value: '' });
  await render(ErrorSummary, { errors: [{ text: 'Enter a date of birth', target: 'dob' }] });
  await expect.element(page.getByRole('alert')).toHaveFocus();
  await page.getByRole('link', { name: 'Enter a date of birth' }).click();
  await expect.element(page.getByRole('textbox', { name: 'Date of birth' })).toHaveFocus();
});

test('an answer to radios can be taken back', async () => {
  const onchange = vi.fn();
  await render(Radios, {
    id: 'q',
    label: 'Is this right?',
    options: [
      { value: 'yes', label: 'Yes' },
      { value: 'no', label: 'No' },
    ],
    value: 'yes',
    clearable: true,
    onchange,
  });
  await page.getByRole('button', { name: 'Clear selection for Is this right?' }).click();
  expect(onchange).toHaveBeenLastCalledWith(null);
});

test('«none» and the other checkboxes clear each other', async () => {
  const onchange = vi.fn();
  const options = [
    { value: 'a', label: 'A' },
    { value: 'none', label: 'None' },
  ];
  await render(Checkboxes, { id: 'c', label: 'Which?', options, value: ['a'], exclusive: 'none', onchange });
  await page.getByRole('checkbox', { name: 'None' }).click();
  expect(onchange).toHaveBeenLastCalledWith(['none']);
});

test('a date can be picked from the calendar of the browser, which opens on the date that stands', async () => {
  const onchange = vi.fn();
  const { container } = await render(DateInput, {
    id: 'd',
    label: 'Date of birth',
    value: '2015-03-27',
    today: '2026-11-22',
    onchange,
  });
  const calendar = container.querySelector<HTMLInputElement>('input[type="date"]');
  if (calendar === null) throw new Error('there is no calendar');
  expect(calendar.value).toBe('2015-03-27');
  const opened = vi.spyOn(calendar, 'showPicker').mockImplementation(() => undefined);
  await page.getByRole('button', { name: 'Calendar for Date of birth' }).click();
  expect(opened).toHaveBeenCalledOnce();
  calendar.value = '2015-04-02';
  calendar.dispatchEvent(new Event('change', { bubbles: true }));
  expect(onchange).toHaveBeenLastCalledWith('2015-04-02', 'done');
});

test('a date can be typed, set to today and cleared', async () => {
  const onchange = vi.fn();
  await render(DateInput, { id: 'd', label: 'Date of birth', value: '2015-03-27', today: '2026-11-22', onchange });
  await page.getByRole('textbox', { name: 'Day' }).fill('28');
  expect(onchange).toHaveBeenLastCalledWith('2015-03-28', 'typing');
  await page.getByRole('button', { name: 'Today for Date of birth' }).click();
  expect(onchange).toHaveBeenLastCalledWith('2026-11-22', 'done');
  await page.getByRole('button', { name: 'Clear Date of birth' }).click();
  expect(onchange).toHaveBeenLastCalledWith(null, 'done');
});
