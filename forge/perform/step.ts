import type { End, Step } from '../../core/interchange/steps.ts'
import { parseImportMarker } from '../../core/names.ts'
import type { Forge } from '../forge.ts'
import type { Do } from './effect.ts'
import { performStep } from './import.ts'

/** As an import does it; what was made is known at once, though the lists of the host may not show it yet. */
export async function step(forge: Forge, { step }: Do<'step'>): Promise<number | null> {
  // The lists show it later: until then it would be planned again.
  if (isDone(forge, step)) return null
  const end = await performStep(forge, step)
  note(forge, step, end)
  return end?.number ?? null
}

function isDone({ memory }: Forge, step: Step): boolean {
  if (step.do === 'create') return isMade(memory, step.issue.body)
  if (step.do === 'nest') return memory.made.get(step.child.number)?.parent === step.parent.number
  if (step.do === 'reword') return memory.worded.get(step.issue) === `${step.title}\n${step.body}`
  return (step.do === 'drop' || step.do === 'discard') && memory.worded.get(step.issue) === null
}

function isMade({ made }: Forge['memory'], body: string): boolean {
  const name = parseImportMarker(body)
  return [...made.values()].some(one => one.source === name?.source && one.key === name.key)
}

function note({ memory }: Forge, step: Step, end: End | null): void {
  switch (step.do) {
    case 'create': {
      const name = parseImportMarker(step.issue.body)
      if (end === null || name === null) return
      memory.made.set(end.number, { ...end, ...name, open: true, parent: null, blockedBy: [] })
      return
    }
    case 'nest': {
      const made = memory.made.get(step.child.number)
      if (made !== undefined) memory.made.set(step.child.number, { ...made, parent: step.parent.number })
      return
    }
    case 'block': {
      const { issue, blocker } = step
      const made = memory.made.get(issue.number)
      if (made === undefined) return
      memory.made.set(issue.number, { ...made, blockedBy: [...made.blockedBy, blocker.number] })
      return
    }
    case 'unblock': {
      const { issue, blocker } = step
      const made = memory.made.get(issue.number)
      if (made === undefined) return
      const blockedBy = made.blockedBy.filter(number => number !== blocker.number)
      memory.made.set(issue.number, { ...made, blockedBy })
      return
    }
    case 'reword':
      memory.worded.set(step.issue, `${step.title}\n${step.body}`)
      return
    case 'drop':
      memory.worded.set(step.issue, null)
      return
    case 'discard':
      memory.made.delete(step.issue)
      memory.worded.set(step.issue, null)
  }
}
