import type { Effect } from '../effect.ts'
import type { TicketKind } from '../names.ts'
import { describeStep } from './interchange.ts'

const KINDS: Partial<Record<TicketKind, string>> = { review: 'review of ', rebase: 'rebase of ' }

/** One line for dry runs and logs. */
export function describeEffect(effect: Effect): string {
  switch (effect.do) {
    case 'record':
      return `record ${[...effect.records.keys()].join(', ') || 'controls'} on the ledger (${effect.events.length} events)`
    case 'share':
      return `books of pool ${effect.name}: ${effect.takes.length === 0 ? 'what is held and wanted here' : `take ${effect.takes.join(', ')}`}`
    case 'claim':
      return `claim ${KINDS[effect.ticket.kind] ?? ''}${effect.task} #${effect.attempt} for ${effect.ticket.agent.name} on ${effect.ticket.base.slice(0, 7)}`
    case 'dispatch':
    case 'judge':
      return `dispatch "${effect.title}" on ${effect.branch}`
    case 'rerun':
      return `ask CI about #${effect.pull} once more: run ${effect.run}`
    case 'cancel':
      return `${effect.force ? 'force run' : 'cancel run'} ${effect.run}${effect.task === null ? '' : ` of ${effect.task}`}${effect.force ? ' to end' : ''}`
    case 'publish':
      return `move ${effect.branch} from ${effect.before?.slice(0, 7) ?? 'nothing'} to ${effect.after.slice(0, 7)} (${effect.move})`
    case 'open':
      return `open a pull request ${effect.head} → ${effect.base}: ${effect.title}`
    case 'describe':
      return `rewrite the text of pull request #${effect.pull}`
    case 'gate':
      return `set the gate of #${effect.pull} to ${effect.conclusion ?? 'waiting'}: ${effect.title}`
    case 'land':
      return `merge #${effect.pull} at ${effect.head.slice(0, 7)} by ${effect.method}`
    case 'integrate':
    case 'promote':
    case 'leave-out':
      return describePinned(effect)
    case 'bring-back':
      return `merge ${effect.from.slice(0, 7)} back into ${effect.branch}`
    case 'enqueue':
      return `add #${effect.pull} at ${effect.head.slice(0, 7)} to the merge queue`
    case 'dequeue':
      return `take #${effect.pull} out of the merge queue`
    case 'assemble':
      return `judge ${effect.members.map(member => `#${member.pull}`).join(' + ')} together on ${effect.branch}`
    case 'review':
      return `post a review on #${effect.pull} at ${effect.head.slice(0, 7)} with ${effect.comments.length} comments on lines`
    case 'update':
      return `bring #${effect.pull} up to date from ${effect.head.slice(0, 7)}`
    case 'label':
      return `labels of #${effect.issue}: ${[...effect.add.map(l => `+${l}`), ...effect.remove.map(l => `-${l}`)].join(' ')}`
    case 'say':
      return `${effect.comment === null ? 'write' : 'edit'} the status comment of #${effect.issue}`
    case 'call':
      return `call people on #${effect.pull}`
    case 'react':
      return `react ${effect.content} to comment ${effect.comment}`
    case 'close':
    case 'reopen':
      return effect.do === 'close' ? `close #${effect.issue}` : `open #${effect.issue} again`
    case 'revert':
      return `open a pull request that takes ${effect.landed.map(({ pull }) => `#${pull}`).join(' and ')} back out of ${effect.into}`
    case 'step':
      return `for #${effect.epic}: ${describeStep(effect.step)}`
    case 'propose':
      return `propose ${effect.path} on ${effect.branch}`
    case 'warn':
      return `say on ${effect.head.slice(0, 7)} what is wrong with its configuration: ${effect.title}`
    case 'drop-refs':
      return effect.task === null
        ? `delete ${effect.refs.length} refs of judgements that are over`
        : `delete ${effect.refs.length} refs of ${effect.task} that tell nothing any more, as its issue is closed`
    case 'drop-branch':
      return `delete ${effect.branch} at ${effect.sha.slice(0, 7)}`
  }
}

function describePinned(effect: Extract<Effect, { do: 'integrate' | 'promote' | 'leave-out' }>): string {
  if (effect.do === 'integrate') return `begin ${effect.branch} at ${effect.base.slice(0, 7)}`
  const left = effect.do === 'promote' ? [] : effect.landed.map(({ sha }) => sha.slice(0, 7))
  const without = left.length === 0 ? '' : ` without ${left.join(' and ')}`
  return `judge ${effect.tip.slice(0, 7)}${without} for ${effect.into}`
}
