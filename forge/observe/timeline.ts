import { isStatusComment } from '../../core/names.ts'
import type { Actor, CommentFact, StatusComment, TimelineFact } from '../../core/world.ts'
import { isEcho, looksTheSame, saysTheSame } from '../echo.ts'
import type { Forge } from '../forge.ts'
import { forgetInLook, onceInLook } from '../look.ts'
import type { Story } from '../memory.ts'
import { readList } from '../read.ts'
import type { CommentWire, IssueWire, TimelineWire } from '../wire.ts'
import { actorOf, instant, isOurs } from './actor.ts'
import { LAG } from './issues.ts'

/**
 * What happened on an issue; asked again only when the issue changed, or changed a moment ago. With its pull request
 * `landed`, its closing is no news either.
 */
export async function readStory(forge: Forge, issue: IssueWire, landed: boolean): Promise<Story> {
  const { stories, echoes } = forge.memory
  const known = stories.get(String(issue.number))
  if (known !== undefined) {
    if (known.settled && looksTheSame(known.issue, issue)) return known.story
    if (isEcho(forge, known.issue, issue, LAG)) return known.story
    if (landed && saysTheSame(forge, known.issue, issue)) return known.story
  }
  echoes.delete(issue.number)
  const same = known !== undefined && looksTheSame(known.issue, issue)
  if (!same) forgetInLook(forge, `story of ${issue.number}`)
  return onceInLook(forge, `story of ${issue.number}`, () => loadStory(forge, issue))
}

async function loadStory(forge: Forge, issue: IssueWire): Promise<Story> {
  const path = '/repos/{owner}/{repo}/issues/{issue_number}/timeline'
  const events = await readList<TimelineWire>(forge, path, { issue_number: issue.number })
  const story = storyOf(forge, events)
  // Answers may lag behind each other: until some time has passed, ask again (a 304 is free).
  const settled = forge.now() - instant(issue.updated_at) > LAG
  forge.memory.stories.set(String(issue.number), { issue, settled, story })
  return story
}

export function storyOf(forge: Forge, events: readonly TimelineWire[]): Story {
  const status = events.find(
    event =>
      event.event === 'commented' && isOurs(forge, authorOf(event)) && isStatusComment(event.body ?? ''),
  )
  return {
    timeline: events.flatMap(event => factOf(forge, event) ?? []),
    statusComment: status === undefined ? null : statusOf(status),
  }
}

function statusOf({ id = 0, body = '', updated_at }: TimelineWire): StatusComment {
  return { id, body, ...(updated_at === undefined ? {} : { at: instant(updated_at) }) }
}

function factOf(forge: Forge, event: TimelineWire): TimelineFact | null {
  const by = signerOf(forge, event)
  const at = instant(event.created_at)
  switch (event.event) {
    case 'labeled':
    case 'unlabeled':
      return { is: event.event, label: event.label?.name ?? '', by, at }
    case 'closed':
    case 'reopened':
      return { is: event.event, by, at }
    case 'commented':
      return commentOf(forge, event)
    default:
      return null
  }
}

/** Of a timeline or of a list of comments. */
export function commentOf(forge: Forge, wire: TimelineWire | CommentWire): CommentFact {
  return {
    is: 'commented',
    id: wire.id ?? 0,
    by: signerOf(forge, wire),
    at: instant(wire.created_at),
    edited: wire.updated_at !== wire.created_at,
    body: wire.body ?? '',
  }
}

function signerOf(forge: Forge, wire: TimelineWire | CommentWire): Actor {
  return actorOf(forge, { user: authorOf(wire), via: wire.performed_via_github_app ?? null })
}

function authorOf(wire: TimelineWire | CommentWire): TimelineWire['user'] {
  return wire.user ?? ('actor' in wire ? wire.actor : null)
}
