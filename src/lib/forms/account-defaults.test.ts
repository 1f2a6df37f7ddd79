import { expect, test } from 'vitest';
import { requester } from '#sync/forms/request/requester.ts';
import { ofAccount } from './account-defaults.ts';

const account = { name: 'Robin Example', email: 'robin@example.org', phone: '07700 900999' };

test('name, e-mail and telephone of the request are offered from the account of whoever writes', () => {
  const { req_name, req_email, req_phone, req_relationship } = requester.fields;
  const offered = [req_name, req_email, req_phone].map((field) => ofAccount(account, field.defaultsTo));
  expect(offered).toEqual(['Robin Example', 'robin@example.org', '07700 900999']);
  expect('defaultsTo' in req_relationship).toBe(false);
});

test('nothing is offered that the account does not say', () => {
  const { req_email } = requester.fields;
  expect(ofAccount({ name: 'Robin Example' }, req_email.defaultsTo)).toBeUndefined();
  expect(ofAccount({ ...account, email: '' }, req_email.defaultsTo)).toBeUndefined();
  expect(ofAccount(undefined, req_email.defaultsTo)).toBeUndefined();
  expect(ofAccount(account, { value: 'yes' })).toBeUndefined();
});
