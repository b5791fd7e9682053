import { quoteWords } from '../text/quote.ts'
import type { PullFacts } from '../world.ts'

type Landed = Pick<PullFacts, 'number' | 'unjudged'> & { base: { branch: string } }

/** Behind "merged as 1234567"; empty where what landed is what was judged. */
export function nameUnjudged({ unjudged }: Pick<Landed, 'unjudged'>): string {
  return unjudged === null ? '' : ` by @${unjudged.login}, whose tree is not the one that was judged`
}

/** For a person’s landing nothing stops: whoever presses the button may, as whoever pushes to the branch may. */
export function explainUnjudged({ number, base, unjudged }: Landed): string {
  if (unjudged === null) return ''
  if (unjudged.kind === 'app')
    return `GitHub made another tree of #${number} than the one that was judged: nothing more lands until a person has looked at it and says \`/chorus unfreeze\`.`
  return quoteWords(
    `@${unjudged.login} merged #${number} while ${base.branch} had commits that its branch did not have: no check had seen the two together. What lands next is judged on top of it.`,
  )
}

export const LOOK_AT_IT =
  'look at the checks of that commit; if they are red, `/chorus rollback` takes it back, or mend it by another pull request'
