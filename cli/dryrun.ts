import { stepsOf } from '../app/steps.ts'
import { describeEffect } from '../core/words/effect.ts'
import { connect } from './connect.ts'
import type { Outcome } from './outcome.ts'

/** What the very next pass would do, from the very same plan; nothing is done. */
export async function dryRun(repository: string): Promise<Outcome> {
  const { forge } = await connect(repository)
  const steps = stepsOf(forge)
  const planned = steps.plan(await steps.observe(), forge.now())
  const effects = planned.effects.map(effect => ({
    do: effect.do,
    task: 'task' in effect ? effect.task : null,
    words: describeEffect(effect),
  }))
  const lines = effects.map(effect => effect.words)
  const text = lines.length === 0 ? 'Nothing to do.' : lines.join('\n')
  return { code: 0, text, json: { repository, effects, lookAgain: planned.lookAgain } }
}
