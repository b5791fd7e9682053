import { z } from 'zod'
import { findPrice, type Price } from '../accounts/price.ts'
import type { Problem } from '../contract/problem.ts'

/** The part of the configuration that says how much may be spent, beyond what one attempt may. */

const budget = z.strictObject({
  usd: z.number().positive().optional().describe('USD; the models need prices'),
  tokens: z.number().int().min(1).optional().describe('tokens, prompts and answers together'),
})

export const budgets = z.strictObject({
  task: budget.prefault({}).describe('all attempts of one task'),
  epic: budget.prefault({}).describe('all attempts of all sub-issues of one issue'),
  day: budget.prefault({}).describe('all attempts in the repository that begin on one day (UTC)'),
  user: budget.prefault({}).describe('as `day`, of those that one person asked for'),
  estimate: z
    .strictObject({
      usd: z.number().positive().default(1).describe('USD'),
      tokens: z.number().int().min(1).default(1_000_000).describe('tokens'),
    })
    .prefault({})
    .describe('set aside for an attempt without `limits` of its own, until its agent’s attempts give a mean'),
  compare_with: z
    .string()
    .optional()
    .describe('a model with a price: what is saved against doing everything with it is shown'),
})
export type Budgets = z.infer<typeof budgets>

export const BUDGETS = ['task', 'epic', 'day', 'user'] as const
export type BudgetName = (typeof BUDGETS)[number]

type Priced = { budgets: Budgets; models: Readonly<Record<string, Price>> }

export function checkBudgets({ budgets, models }: Priced): Problem[] {
  const problems: Problem[] = []
  for (const name of BUDGETS) {
    if (budgets[name].usd === undefined || Object.keys(models).length > 0) continue
    problems.push({
      path: `budgets.${name}.usd`,
      message: 'cannot be kept without prices; list those of your models under `models`',
    })
  }
  const { compare_with: strong } = budgets
  if (strong !== undefined && findPrice(models, strong) === null) {
    problems.push({ path: 'budgets.compare_with', message: `"${strong}" has no price under \`models\`` })
  }
  return problems
}
