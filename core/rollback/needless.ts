import type { IntegrationFacts } from '../landing/integration.ts'
import { belowTips, listNew } from '../landing/tips.ts'
import type { TaskFacts, World } from '../world.ts'
import { stateOfRevert } from './reverted.ts'

/** Taken back by this app, though a newer tip is green with it: it was mended meanwhile. What would take it back is closed. */
export function isNeedless({ pull, revert, record }: TaskFacts, { app, integration }: World): boolean {
  if (record?.rollback?.confirmed?.by.id !== app.botId || record.undone?.pull === pull?.number) return false
  if (stateOfRevert(revert) === 'merged') return false
  // It may be further down than can be seen.
  if (integration === null || (integration.ahead && belowTips(integration) === 'unknown')) return false
  return !isAbove(integration, pull?.mergedSha ?? null)
}

function isAbove(integration: IntegrationFacts, sha: string | null): boolean {
  return listNew(integration).some(one => one.sha === sha)
}

/** Only then is it forgotten: another controller may be landing that pull request right now, and nobody would know what is gone. */
export function isEnded(task: TaskFacts, world: World): boolean {
  return stateOfRevert(task.revert) !== 'open' && isNeedless(task, world)
}
