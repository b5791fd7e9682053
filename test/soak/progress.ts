import { parseRunTitle } from '../../core/names.ts'
import type { Story } from '../stories/story.ts'

/** How often a line is printed while a soak goes on. Milliseconds. */
const EVERY = 15_000
/** So many issues are told of when it is red. */
const SHOWN = 12

/** Where the tasks of an epic, or of thirty, stand, in one line. `tasks`: how many there are to be. */
export function describeProgress({ repo }: Pick<Story, 'repo'>, tasks: number): string {
  const issues = [...repo.issues.values()].filter(({ title }) => isTask(title))
  const merged = issues.filter(issue => issue.labels.includes('phase:merged')).length
  const runs = [...repo.actions.runs.values()].filter(
    run => run.status !== 'completed' && parseRunTitle(run.display_title) !== null,
  )
  const pulls = [...repo.pulls.values()].filter(pull => repo.issues.get(pull.number)?.state === 'open')
  const live = issues.filter(({ state }) => state === 'open').length
  return `${merged} of ${tasks} merged, ${live} issues open, ${runs.length} runs under way, ${pulls.length} pull requests open`
}

/** Prints it until it is disposed of, so that somebody who watches sees it move. */
export function printProgress(story: Pick<Story, 'repo'>, tasks: number): Disposable {
  const began = performance.now()
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1000)
    process.stdout.write(`${String(seconds).padStart(5)} s: ${describeProgress(story, tasks)}\n`)
  }, EVERY)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

/** What stands in the way of those tasks that did not come to their end, in the app's own words. */
export function describeLeft({ repo, app }: Pick<Story, 'repo' | 'app'>): string[] {
  const left = [...repo.issues.values()].filter(
    ({ title, state, labels }) => isTask(title) && (state === 'open' || !labels.includes('phase:merged')),
  )
  const saidOn = (number: number) =>
    [...repo.comments.values()]
      .filter(comment => comment.issue === number && comment.performedViaAppId === app.id)
      .map(comment => comment.body.replaceAll('\n', ' ').slice(0, 200))
      .at(-1)
  const lines = left
    .slice(0, SHOWN)
    .map(
      ({ number, state, title, labels }) =>
        `#${number} ${title}: ${state}, ${labels.join(', ') || 'no label'}; ${saidOn(number) ?? 'nothing was said'}`,
    )
  return left.length > SHOWN ? [...lines, `and ${left.length - SHOWN} more`] : lines
}

function isTask(title: string): boolean {
  return /^(Add f\d+-\d+|Do [a-z\d-]+)$/.test(title)
}
