import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answersIn } from '#sync/forms/answers.ts';
import { request } from '#sync/forms/request/index.ts';
import { problemsOf } from '#sync/forms/validate.ts';
import { generateAnswers, stateOfAnswers } from './generate-answers.ts';

test('whatever is generated for a request can be written, and has no error that would stop its submission', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
      const pick = (below: number) => Number(numbers.next().value) % below;
      const state = stateOfAnswers(request, generateAnswers(request, pick));
      expect(
        problemsOf(request, answersIn(state), '2026-11-22').filter((problem) => problem.level === 'error'),
      ).toEqual([]);
      expect(state.fields.size).toBeGreaterThan(10);
    }),
    { numRuns: 50 },
  );
});
