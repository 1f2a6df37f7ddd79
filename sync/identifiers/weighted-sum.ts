/** The first nine digits times 10, 9, … 2: what the ULN and the NHS number are both checked by, modulo 11. */
export const weightedSum = (digits: string): number =>
  [...digits.slice(0, 9)].reduce((sum, digit, at) => sum + Number(digit) * (10 - at), 0);
