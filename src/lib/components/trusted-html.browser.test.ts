import { expect, test } from 'vitest';
import { cleanMarkup } from './trusted-html.ts';

test('what could run or reach out is taken out of markup, and words with their looks stay', () => {
  expect(cleanMarkup('<p>Zofia <strong>reads</strong><ul><li>well</li></ul></p>')).toContain(
    'Zofia <strong>reads</strong>',
  );
  const hostile = [
    '<img src="https://elsewhere.example/pixel" onerror="alert(1)">',
    '<script>alert(1)</script>',
    '<a href="javascript:alert(1)">words</a>',
    '<p style="background:url(https://elsewhere.example)">words</p>',
    '<form action="https://elsewhere.example"><input name="password"></form>',
    '<svg><script>alert(1)</script></svg>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  ];
  for (const markup of hostile) {
    const clean = cleanMarkup(`before ${markup} after`);
    expect(clean).toContain('before');
    expect(clean).toContain('after');
    expect(clean).not.toMatch(/alert|elsewhere|javascript|<script|<iframe|<form|<input|<img/i);
  }
});

test('what a paste keeps aside to be read as words is still there', () => {
  const clean = cleanMarkup('<span data-pasted-style="font-weight:700">bold</span>');
  expect(clean).toBe('<span data-pasted-style="font-weight:700">bold</span>');
});
