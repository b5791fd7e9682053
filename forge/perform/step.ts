import type { End, Step } from '../../core/interchange/steps.ts'
import { parseImportMarker } from '../../core/names.ts'
import type { Forge } from '../forge.ts'
import type { Do } from './effect.ts'
import { performStep } from './import.ts'

/** As an import does it; what was made is known at once, though the lists of the host may not show it yet. */
export async function step(forge: Forge, { step }: Do<'step'>): Promise<number | null> {
  const end = await performStep(forge, step)
  note(forge, step, end)
  return end?.number ?? null
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
    case 'discard':
      memory.made.delete(step.issue)
  }
}
