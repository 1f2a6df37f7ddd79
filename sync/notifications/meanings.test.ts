/** What each message must say (trays of the process): which event, the case number, and what comes next. */
import { expect, test } from 'vitest';
import { requestAck } from './n01-request-ack.ts';
import { requestNew } from './n02-request-new.ts';
import { draftShared } from './n04-draft-shared.ts';
import { signinCode } from './n38-signin-code.ts';

test('the requester is told the case number, the law and the six weeks', () => {
  for (const said of ['{case_id}', 'section 36(1)', '6 weeks', 'still add information'])
    expect(requestAck.body).toContain(said);
});
test('the authority’s intake is told that a request came, when, and its number', () => {
  for (const said of ['{case_id}', '{date}', '{link}']) expect(requestNew.body).toContain(said);
});
test('who is given a draft learns that, and nothing of whom it is about', () => {
  expect(draftShared.body).toContain('{link}');
  expect(draftShared.subject + draftShared.body).not.toMatch(/case_id|child/);
});
test('a sign-in code says how long it lives', () => {
  expect(signinCode.body).toContain('{code}');
  expect(signinCode.body).toContain('10 minutes');
});
