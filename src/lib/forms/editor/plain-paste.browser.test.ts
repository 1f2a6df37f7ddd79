import { expect, test } from 'vitest';
import { plainPaste } from './plain-paste.ts';

test('a paste keeps bold, italic and lists, and drops colours and fonts', () => {
  const html = plainPaste(
    '<ul style="color:red"><li><span style="font-weight:700;font-family:Arial">one</span></li></ul><p style="font-style:italic">two</p>',
  );
  expect(html).toBe('<ul><li><span><strong>one</strong></span></li></ul><p><em>two</em></p>');
});

test('a wrapper that says it is not bold does not make everything bold', () => {
  expect(plainPaste('<b style="font-weight:normal"><p>one</p></b>')).toBe('<p>one</p>');
});

test('words that look like a style stay words', () => {
  expect(plainPaste('<p>say style="loud" twice</p>')).toBe('<p>say style="loud" twice</p>');
});

test('handlers of pasted markup are gone, and the words are not', () => {
  const html = plainPaste('<p onclick="alert(1)">one</p><b\nonmouseover=alert(2)>two</b><i/onfocus=alert(3)>three</i>');
  const pasted = new DOMParser().parseFromString(html, 'text/html');
  const names = [...pasted.querySelectorAll('*')].flatMap((element) => element.getAttributeNames());
  expect(names.filter((name) => name.startsWith('on'))).toEqual([]);
  expect(pasted.body.textContent).toBe('onetwothree');
  expect(plainPaste('<p>on = words</p>')).toBe('<p>on = words</p>');
});
