import type { Ask } from './ask.ts'
import { sameModel } from './plan/condition.ts'
import { findPlan } from './plan/fence.ts'
import { parsePlan } from './plan/parse.ts'
import type { Plan } from './plan/plan.ts'

/** What the server was told, beside what prompts bring along. */
export type Rules = {
  /** This model follows this plan, whatever the prompt says; `*` stands for every model. Throws PlanError. */
  plan(model: string, text: string): void
  /** Only these keys are taken from now on; null for any. */
  keys: string[] | null
  clear(): void
}

export type Rulebook = Rules & { planFor(ask: Ask, conversation: string): Plan | null }

export function createRules(): Rulebook {
  const plans = new Map<string, Plan>()
  const read = new Map<string, Plan>()
  /** Clients that run out of room replace the transcript by a summary, and the plan is gone from it. */
  const begun = new Map<string, string>()
  return {
    keys: null,
    plan: (model, text) => void plans.set(model, parsePlan(text)),
    clear() {
      plans.clear()
      this.keys = null
    },
    planFor(ask, conversation) {
      for (const [model, plan] of plans) if (model !== '*' && sameModel(model, ask.model)) return plan
      const text = textIn(ask) ?? begun.get(conversation)
      const all = plans.get('*')
      if (all || !text) return all ?? null
      // The same plan comes with every request of a conversation.
      const plan = read.get(text) ?? parsePlan(text)
      read.set(text, plan)
      begun.set(conversation, text)
      return plan
    },
  }
}

function textIn(ask: Ask): string | undefined {
  const texts = ask.entries.map(entry => (entry.role === 'user' ? findPlan(entry.text) : null))
  return texts.findLast(text => text !== null) ?? undefined
}
