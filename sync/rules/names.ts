export const ruleNames = ['latest', 'ask', 'text', 'items', 'owner', 'append', 'closed'] as const;
export type RuleName = (typeof ruleNames)[number];
