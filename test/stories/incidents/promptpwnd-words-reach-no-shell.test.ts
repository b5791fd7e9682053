import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { printTaskId } from '../../../core/names.ts'
import { runsOf } from '../acts.ts'
import { openStory } from '../story.ts'

/**
 * PromptPwnd (2025-12), Clinejection (2026-02), claude-code-action 736: titles, texts and branch names became parts of
 * command lines and expressions.
 */
test.each([1, 2])('titles, texts and what an agent says are never code (seed %i)', async seed => {
  const dir = mkdtempSync(join(tmpdir(), 'pwned-'))
  const mark = join(dir, 'mark')
  try {
    await using story = await openStory({ seed })
    const shell = `$(touch ${mark}) \`touch ${mark}\`; touch ${mark} | "' && touch ${mark}`
    const issue = await story.issue({
      title: `\${{ secrets.GITHUB_TOKEN }} ${shell}`.slice(0, 250),
      script: [
        'write src/a.js',
        '  export {}',
        `say feat: ${shell} ::set-output name=artifact-id::1 \${{ github.token }}`,
      ],
      acceptance: `${shell} \${{ github.token }}`,
      extra: `\n### Constraints\n\n- ${shell}\n`,
    })
    await story.label(issue)
    const pull = await story.until('it is merged', () => story.pullOf(issue)?.merged && story.pullOf(issue))
    await story.quiet()

    expect(existsSync(mark)).toBe(false)
    const task = printTaskId(issue)
    expect(pull.head.ref).toBe(`agent/scripted/${task}`)
    // What a run is given is a commit and a title of ours: no word of anybody's.
    expect(runsOf(story, issue).map(run => run.display_title)).toEqual([`chorus work ${task} #1`])
    const [run] = runsOf(story, issue)
    expect(Object.keys(run!.inputs).sort()).toEqual(['claim', 'title'])
    expect(run!.inputs.claim).toMatch(/^[0-9a-f]{40}$/)
  } finally {
    rmSync(dir, { recursive: true })
  }
})
