import { expect, test } from 'vitest'
import { runsOf, ticketOf } from './acts.ts'
import { openStory, SEEDS } from './story.ts'

const shared = (line: string) => [
  'run mkdir -p src',
  `run echo ${line} >> src/shared.txt`,
  `say feat: ${line}`,
]
const SCOPE = '\n### Scope\n\nsrc/shared.*\n'

test.each(SEEDS)(
  'tasks that may write the same files run one after the other, others beside them (seed %i)',
  async seed => {
    await using story = await openStory({ seed })
    const one = await story.issue({ title: 'One line', script: shared('one'), extra: SCOPE })
    const two = await story.issue({ title: 'Two lines', script: shared('two'), extra: SCOPE })
    const other = await story.issue({
      title: 'Elsewhere',
      script: ['write src/other.txt', '  other', 'say feat: other'],
    })
    const all = [one, two, other]
    for (const issue of all) await story.label(issue)
    await story.until('all are merged', () => all.every(issue => story.pullOf(issue)?.merged))
    await story.until('all are closed', () => all.every(issue => story.theIssue(issue).state === 'closed'))
    await story.quiet()

    // The second began on what the first had brought; nobody ran into a conflict, so nobody had to begin again.
    const [first, second] = story.pullOf(one)!.number < story.pullOf(two)!.number ? [one, two] : [two, one]
    const { base } = await ticketOf(story, second, 1)
    const landed = [first, other].map(issue => story.pullOf(issue)!.mergeCommitSha)
    expect(landed).toContain(base)
    expect((await story.file('src/shared.txt'))?.split('\n').sort()).toEqual(['', 'one', 'two'])
    expect(all.map(issue => runsOf(story, issue).length)).toEqual([1, 1, 1])
    const early = await ticketOf(story, other, 1)
    expect(early.base).toBe((await ticketOf(story, first, 1)).base)
  },
)
