import type { Folding } from '../fold.ts'
import type { Answer } from '../project.ts'
import { quoteLine, quoteWords } from '../text/quote.ts'
import { NOTHING_BELOW } from './below.ts'
import { writeLifting } from './lifting.ts'
import { writeProposal } from './rollback.ts'
import { writeSpending } from './spending.ts'

/** What a command asked to be told. */
export function writeAnswer(answer: Answer, facts: Folding): string {
  switch (answer.to) {
    case 'help':
      return HELP
    case 'status':
      return 'This is how it stands.'
    case 'usage':
      return writeSpending(facts)
    case 'run':
      return NOTHING_BELOW
    case 'rollback':
      return writeProposal(answer)
    case 'lifting':
      return writeLifting(answer.lifting, facts.above?.why ?? null)
    case 'unknown': {
      const word = quoteLine(answer.word.replaceAll('`', ''), 40)
      const guess =
        answer.nearest === null ? 'Try `/chorus help`.' : `Did you mean \`/chorus ${answer.nearest}\`?`
      return `There is no command \`${word}\`. ${guess}`
    }
    case 'refused':
      return `\`/chorus ${quoteLine(answer.word.replaceAll('`', ''), 40)}\` was not done: ${quoteWords(answer.why)}.`
  }
}

export const HELP = [
  '| say this on a line of its own | and this happens | role |',
  '|---|---|---|',
  '| `/chorus run [agent]` | approves the issue as it stands and starts an agent | triage |',
  '| `/chorus run [agent]` on a parent | the same for all that is below it now, at any depth; what comes below it later waits for another word | triage |',
  '| `/chorus plan [agent]` | approves the issue as it stands and has it planned as small tasks | triage |',
  '| `/chorus plan <text>` | says what the plan should be like; where one is shown, it is made again, and edits of people are kept | triage |',
  '| `/chorus plan specs/<feature>` | plans a feature again from what is in that folder, for the repository as it is now | triage |',
  '| `/chorus status` | brings the table up to date | triage |',
  '| `/chorus usage` | shows what the task, its epic and the day have used | triage |',
  '| `/chorus retry` | gives up the attempt and starts afresh | triage |',
  '| `/chorus retry` on a parent | everything below it that is stuck starts afresh | triage |',
  '| `/chorus retry all` | the same for the whole repository | write |',
  '| `/chorus revise <text>` | goes on from the pull request with what you say | triage |',
  '| `/chorus stop` | ends the run; nothing more happens | triage |',
  '| `/chorus pause`, `/chorus resume` | holds new attempts back; lets them go on | triage |',
  '| `/chorus stop`, `pause`, `resume` on a parent | the same for all sub-issues below it | triage |',
  '| `/chorus stop all`, `pause all`, `resume all` | the same for the whole repository; in the owner’s `.github`, for all repositories of that owner | write |',
  '| `/chorus assign <agent>`, `/chorus unassign` | says who does the next attempt; leaves it to the rules. On a parent, for all sub-issues below it of which nobody said so themselves | triage |',
  '| `/chorus priority <0-4>` | sets the priority, 0 is the most urgent; on a parent, for all sub-issues below it that have none themselves | triage |',
  '| `/chorus hotfix #<issue>` | on a landed task that was bad: what builds on it waits until that issue has landed too | triage |',
  '| `/chorus rollback`, then `/chorus rollback confirm` | on a landed task that was bad: tells what taking it back would mean; then does it, newest landing first, by pull requests. `cancel` ends it | write |',
  '| `/chorus split`, below it a list | each line of the list becomes an issue below this one, which is then their parent; no agent begins them by that | triage |',
  '| `/chorus review` | an agent reviews the pull request as it is, also where `review.enabled` is not set and where people pushed | write |',
  '| `/chorus approve` | approves the pull request at its present commit | write |',
  '| `/chorus hold` | keeps the pull request from landing until somebody says `/chorus merge` | triage |',
  '| `/chorus merge` | lets it land at its present commit when every gate passes, whatever `merge.strategy` says | write |',
  '| `/chorus merge emergency` | the same, first and alone: until it has landed, or somebody has to do something about it, nothing else lands. Every gate still holds | maintain |',
  '| `/chorus eject <why>` | takes it out of what lands, also out of the train it is in; `/chorus merge` lets it back in | triage |',
  '| `/chorus freeze`, `/chorus unfreeze` | nothing lands in the whole repository; lets landings go on | write |',
  '| `/chorus help` | shows this | triage |',
].join('\n')
