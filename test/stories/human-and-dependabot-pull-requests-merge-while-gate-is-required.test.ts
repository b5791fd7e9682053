import { expect, test } from 'vitest'
import { GATE_CHECK } from '../../core/names.ts'
import { createUser } from '../../twin/seed.ts'
import { protect } from './protect.ts'
import { openStory, SEEDS } from './story.ts'

const where = { owner: 'acme', repo: 'greeter' }

test.each(SEEDS)(
  '38: other people’s pull requests are never held, and land by a word (seed %i)',
  async seed => {
    await using story = await openStory({ seed })
    protect(story, 'classic')
    createUser(story.twin.state, 'dependabot[bot]', { type: 'Bot' })
    story.repo.collaborators.set('dependabot[bot]', 'write')
    const propose = async (by: string, branch: string, path: string) => {
      await story.push({ branch, files: { [path]: '// theirs\n' }, message: `Add ${path}`, by })
      const made = { ...where, head: branch, base: 'main', title: `Add ${path}`, body: 'As it is' }
      return (await story.as(by).rest.pulls.create(made)).data
    }
    const human = await propose('grace', 'a-fix', 'src/fix.js')
    const bot = await propose('dependabot[bot]', 'dependabot/npm/left-pad', 'src/pad.js')
    const own = await propose('grace', 'agent/of-my-own', 'src/own.js')
    const pretender = await propose('grace', 'agent/scripted/bd-fake', 'src/fake.js')

    for (const pull of [human, bot, own]) {
      const gate = await story.until('the gate lets it through', () => {
        const gate = story.gateOf(pull.head.sha)
        return gate?.conclusion === 'success' && gate
      })
      expect(gate.title).toBe('Not a Chorus pull request')
    }
    await story.quiet()
    for (const pull of [human, bot]) {
      const { data } = await story.as('grace').rest.pulls.merge({ ...where, pull_number: pull.number })
      expect(data.merged).toBe(true)
    }
    await story.quiet()
    expect(await story.file('src/fix.js')).toBe('// theirs\n')
    expect(await story.file('src/pad.js')).toBe('// theirs\n')

    // One of them is to be landed by Chorus: it is held to the gates, taken out again, and then lands.
    const labels = story.as('grace').rest.issues
    const onOwn = { ...where, issue_number: own.number }
    const gateIs = (conclusion: string | null, title: RegExp) =>
      story.until(`its gate says ${title}`, () => {
        const gate = story.gateOf(own.head.sha)
        return gate?.conclusion === conclusion && title.test(gate.title ?? '')
      })
    await labels.addLabels({ ...onOwn, labels: ['hold', 'merge:chorus'] })
    await gateIs(null, /^labels: the pull request carries `?hold`?$/)
    await labels.removeLabel({ ...onOwn, name: 'merge:chorus' })
    await gateIs('success', /^Not a Chorus pull request$/)
    await labels.removeLabel({ ...onOwn, name: 'hold' })
    await labels.createComment({ ...onOwn, body: '/chorus merge' })
    await story.until('it has landed', () => story.repo.pulls.get(own.number)?.merged)
    await story.quiet()
    expect(await story.file('src/own.js')).toBe('// theirs\n')

    // What did not happen: no other word, no ledger, no green gate for what calls itself ours.
    expect(story.gateOf(pretender.head.sha)?.conclusion ?? null).not.toBe('success')
    await expect(
      story.as('grace').rest.pulls.merge({ ...where, pull_number: pretender.number }),
    ).rejects.toThrow(GATE_CHECK)
    expect([...story.repo.comments.values()].map(({ body }) => body)).toEqual(['/chorus merge'])
    expect([...(await story.refs('refs/heads/chorus')).keys()]).toEqual([])
    const gates = [...story.repo.checkRuns.values()].filter(
      run => run.name === GATE_CHECK && run.conclusion === 'success',
    )
    // Once more after it was taken out.
    expect(gates).toHaveLength(4)
  },
)
