import { expect, test } from 'vitest'
import { GREETER_CONFIG } from './greeter.ts'
import { protect } from './protect.ts'
import { openStory } from './story.ts'
import { openTime } from './time.ts'

const config = `${GREETER_CONFIG}merge: { strategy: lanes }\n`
const MINUTE = 60_000

test.each([1, 2])(
  'force-push takes away what had landed: its pull request tells, once (seed %i)',
  async seed => {
    using time = openTime()
    await using story = await openStory({ seed, config, time })
    // Nothing is promoted: that check never comes.
    protect(story, 'ruleset', { checks: [{ context: 'never', appId: null }] })
    const issue = await story.issue({ script: ['write src/made.js', '  1', 'say feat: made'] })
    const [before] = [...(await story.refs('refs/heads/main')).values()]
    await story.label(issue)
    const pull = await story.until('it has landed', () => {
      const shown = story.pullOf(issue)
      return shown?.merged === true && shown
    })
    await story.quiet()
    expect([pull.base.ref, story.theIssue(issue).state]).toEqual(['integration', 'open'])
    expect(story.saidOn(pull.number)).toEqual([])

    const where = { owner: 'acme', repo: 'greeter' }
    const { git } = story.as('ada').rest
    await git.updateRef({ ...where, ref: 'heads/integration', sha: before!, force: true })
    // Somebody says something now and then: each time it is looked.
    const wait = async (minutes: number) => {
      time.pass(minutes * MINUTE)
      await story.comment(issue, 'Hm.')
      await story.quiet()
    }
    await wait(0)
    await wait(2)
    await wait(15)
    expect(story.saidOn(pull.number)).toEqual([])
    // Nobody has to say anything: it is looked again when it is sure.
    time.pass(5 * MINUTE)
    const [said] = await story.until(
      'it is told',
      () => story.saidOn(pull.number).length > 0 && story.saidOn(pull.number),
    )
    expect(said).toContain(`${pull.mergeCommitSha} is neither on \`integration\` nor on \`main\` any more`)
    await wait(20)
    await wait(2000)
    expect(story.saidOn(pull.number)).toHaveLength(1)
    expect(story.theIssue(issue).state).toBe('open')
  },
)
