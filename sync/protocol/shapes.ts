/** The small shapes of which the messages are made: names, places, instants, and JSON that can hide nothing. */
import * as z from 'zod/mini';
import type { Json } from '../model/edit.ts';
import { idPattern, type Holder, type SectionKey } from '../model/ids.ts';
import { jsonDepthMax } from './limits.ts';
import { oldestProtocolVersion, protocolVersion } from './version.ts';

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);
function isSafeJson(value: unknown, depth = 0): value is Json {
  if (depth > jsonDepthMax) return false;
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every((member) => isSafeJson(member, depth + 1));
  if (typeof value !== 'object') return false;
  return Object.entries(value).every(([key, member]) => !forbiddenKeys.has(key) && isSafeJson(member, depth + 1));
}

/** Any version that the server still serves: each says itself which it speaks. */
export const version = z.int().check(z.minimum(oldestProtocolVersion), z.maximum(protocolVersion));
export const json = z.custom<Json>((value) => isSafeJson(value));
export const id = <Id extends string>() => z.custom<Id>((value) => typeof value === 'string' && idPattern.test(value));
export const sectionKey = z.custom<SectionKey>(
  (value) => typeof value === 'string' && /^[a-z][a-z0-9-]{0,40}(~[A-Za-z0-9_-]{16})?$/.test(value),
);
export const holder = z.custom<Holder>(
  (value) => sectionKey.safeParse(value).success || (typeof value === 'string' && idPattern.test(value)),
);
export const count = z.int().check(z.nonnegative(), z.maximum(2 ** 48));
export const instant = z.int().check(z.minimum(-8.64e15), z.maximum(8.64e15));
