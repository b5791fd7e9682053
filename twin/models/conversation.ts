import { createHash } from 'node:crypto'
import type { Ask } from './ask.ts'

/**
 * What a conversation is called: by the client's session, or by what it began with. A client's side questions (a title, a
 * route) are a conversation of their own: they offer no tools.
 */
export function conversationOf(ask: Ask): string {
  const side = ask.tools.length === 0 ? 'side-' : ''
  if (ask.session !== null) return `${side}${ask.session}`
  const answer = ask.entries.findIndex(entry => entry.role === 'assistant')
  const opening = answer === -1 ? ask.entries : ask.entries.slice(0, answer)
  return `${side}${digest(JSON.stringify([ask.system, opening]))}`
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** What has to be remembered beside the transcript: failures leave no trace in it, and caches are the server's own. */
export type Memory = {
  /** How often this step of the conversation was asked for before; counts this one. */
  attempt(conversation: string, step: string): number
  /** The prompt of the last answered request of this conversation and model. */
  promptBefore(conversation: string, model: string): string | null
  remember(conversation: string, model: string, prompt: string): void
}

export function createMemory(): Memory {
  const attempts = new Map<string, number>()
  const prompts = new Map<string, string>()
  return {
    attempt(conversation, step) {
      const key = `${conversation} ${step}`
      const before = attempts.get(key) ?? 0
      attempts.set(key, before + 1)
      return before
    },
    promptBefore: (conversation, model) => prompts.get(`${conversation} ${model}`) ?? null,
    remember: (conversation, model, prompt) => void prompts.set(`${conversation} ${model}`, prompt),
  }
}
