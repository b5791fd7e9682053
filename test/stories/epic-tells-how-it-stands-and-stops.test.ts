import { expect, test } from 'vitest'
import { printTaskId } from '../../core/names.ts'
import { block, isAtWork, nest, reactionsTo, runsOf } from './acts.ts'
import { chorus } from './command.ts'
import { saidInLog } from './log.ts'
import { openStory } from './story.ts'

const work = (name: string, first = '') => [
  ...(first === '' ? [] : ['on attempt 1:', first, 'always:']),
  `write src/${name}.js`,
  `  export const ${name} = 1`,
  `say feat: ${name}`,
]

test.each([1])(
  'a tree made by hand is run by one word, says how it stands, stops and goes on as one (seed %i)',
  async seed => {
    await using story = await openStory({ seed, controllers: 0 })
    const epic = await story.issue({ title: 'The epic', script: [], labels: ['agent:scripted'] })
    const part = await story.issue({ title: 'A part of it', script: [] })
    const slow = await story.issue({ title: 'The slow one', script: work('slow', 'wait 60') })
    const last = await story.issue({ title: 'The last one', script: work('last') })
    const rewritten = await story.issue({ title: 'By a stranger', script: work('rewritten'), by: 'sam' })
    const late = await story.issue({ title: 'Too late', script: work('late') })
    for (const child of [slow, part, rewritten]) await nest(story, epic, child)
    await nest(story, part, last)
    await block(story, last, slow)
    await block(story, rewritten, slow)
    // GitHub tells seconds: what follows has to be of a later one to be known for later.
    story.twin.state.clock.advance(2000)
    const run = await story.comment(epic, '/chorus run')

    const planned = await chorus(story, ['dry-run'])
    expect(planned).toContain(`claim ${printTaskId(slow)}`)
    for (const other of [epic, part, last, rewritten])
      expect(planned).not.toContain(`claim ${printTaskId(other)}`)
    expect(await story.refs('refs/chorus')).toEqual(new Map())

    await story.startController()
    await story.until('the agent is at it', () => isAtWork(story, slow))
    const answer = await story.until('it is answered', () => story.saidOn(epic)[0])
    expect(answer).toContain(`(\`limits.parallel\`): #${slow}, #${last}, #${rewritten}.`)
    expect(reactionsTo(story, run)).toEqual(['+1'])

    // What comes later, or reads otherwise than it did then, is not what was asked for.
    await nest(story, part, late)
    const [owner, repo] = [story.repo.owner.login, story.repo.name]
    const body = '### Goal\n\n```chorus-script\nwrite src/evil.js\n  export {}\n```\n'
    await story.as('sam').rest.issues.update({ owner, repo, issue_number: rewritten, body })
    const status = await story.comment(epic, '/chorus status', 'tim')
    await story.until('it is told', () => reactionsTo(story, status).length > 0)
    const asked = await story.until('the epic says how it stands', () => {
      const said = story.saidOn(epic)[0]
      return said?.includes(`- #${late} Too late: ⏳ Waiting: it was no open task below #${epic} yet`)
        ? said
        : null
    })
    expect(asked).toContain('0 of 3 sub-issues are closed')
    expect(asked).toContain(`- #${last} waits for #${slow} (The slow one)`)
    expect(asked).toContain(`n${slow} --> n${last}`)

    // One word on the epic ends what runs below it.
    await story.comment(epic, '/chorus stop', 'tim')
    await story.until('the run has ended', () => runsOf(story, slow)[0]?.status === 'completed')
    await story.quiet()
    expect(runsOf(story, slow).map(one => one.conclusion)).toEqual(['cancelled'])
    expect(await story.refs('refs/heads/agent')).toEqual(new Map())

    await story.comment(epic, '/chorus resume', 'tim')
    await story.until('both are merged', () => [slow, last].every(n => story.pullOf(n)?.merged))
    await story.until('a person is asked about the other', () =>
      story.saidOn(rewritten)[0]?.includes('edited after it was approved'),
    )
    await story.quiet()

    // The epic itself was never worked on, though it has the label; and it has one comment.
    for (const other of [epic, part, late, rewritten]) expect(runsOf(story, other)).toEqual([])
    expect(await story.file('src/evil.js')).toBeNull()
    expect(story.saidOn(epic)).toHaveLength(1)
    expect(story.saidOn(late)).toEqual([])
    expect(story.theIssue(epic).state).toBe('open')
    expect(runsOf(story, slow).map(one => one.conclusion)).toEqual(['cancelled', 'success'])
    expect(runsOf(story, last)).toHaveLength(1)
    expect(await saidInLog(story, epic)).toEqual([
      ['run:epic', 'ada'],
      ['stop:epic', 'tim'],
      ['resume:epic', 'tim'],
    ])
    expect(await chorus(story, ['status'])).toContain(
      `#${late}  ${printTaskId(late)}  Too late\n    waiting: it was no open task below #${epic} yet when \`/chorus run\` was said there`,
    )
  },
)
