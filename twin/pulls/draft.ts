import { record, touch } from '../issues/timeline.ts'
import type { Actor, Repo, TwinState } from '../state.ts'
import { tellPull } from './pull.ts'
import type { Pull } from './state.ts'

/** Ready for review, or back to a draft. REST has no such call; people and GraphQL do. */
export function setDraft(
  state: TwinState,
  repo: Repo,
  change: { pull: Pull; draft: boolean },
  by: Actor,
): void {
  const { pull, draft } = change
  const issue = repo.issues.get(pull.number)
  if (!issue || pull.draft === draft) return
  pull.draft = draft
  touch(state, issue)
  record(state, issue, { event: draft ? 'convert_to_draft' : 'ready_for_review', by })
  tellPull(state, repo, { pull, action: draft ? 'converted_to_draft' : 'ready_for_review' }, by)
}
