import type { Approval } from '../ledger.ts'
import { quoteLine } from '../text/quote.ts'

/** For the log: what was approved, and by what. */
export function explainApproval({ via, by, kind, agent }: Approval): string {
  const work = `${kind === 'plan' ? 'a plan of it' : 'it'}${agent === null ? '' : ` by ${agent}`}`
  switch (via) {
    case 'label':
      return `${by.login} asked for ${work}, by a label`
    case 'creation':
      return `${by.login} asked for ${work}, by a label at its creation`
    case 'comment':
      return `${by.login} asked for ${work}, by a comment`
    case 'parent':
      return `${by.login} asked for ${work}, by a comment on its parent`
    case 'plan':
      return `${by.login} asked for it by the plan that it is part of`
    case 'discovered':
      return writeAsker({ via, by })
  }
}

/** Who answers for it that work was begun. */
export function writeAsker({ via, by }: Pick<Approval, 'via' | 'by'>): string {
  const who = quoteLine(by.login, 60)
  return via === 'discovered'
    ? `begun by itself for ${who}, as \`discovered_start\` of \`.github/chorus.yml\` lets it`
    : `asked for by ${who}`
}
