/** What the published schema lacks although GitHub serves it: dependencies and types of issues. */
export const EXTENSION = /* GraphQL */ `
  type IssueDependenciesSummary {
    blockedBy: Int!
    blocking: Int!
    totalBlockedBy: Int!
    totalBlocking: Int!
  }

  type IssueType implements Node {
    id: ID!
    name: String!
    description: String
    isEnabled: Boolean!
  }

  type IssueTypeConnection {
    edges: [IssueTypeEdge]
    nodes: [IssueType]
    pageInfo: PageInfo!
    totalCount: Int!
  }

  type IssueTypeEdge {
    cursor: String!
    node: IssueType
  }

  type BlockedByAddedEvent implements Node {
    id: ID!
    actor: Actor
    createdAt: DateTime!
    blockingIssue: Issue
  }

  type BlockedByRemovedEvent implements Node {
    id: ID!
    actor: Actor
    createdAt: DateTime!
    blockingIssue: Issue
  }

  type BlockingAddedEvent implements Node {
    id: ID!
    actor: Actor
    createdAt: DateTime!
    blockedIssue: Issue
  }

  type BlockingRemovedEvent implements Node {
    id: ID!
    actor: Actor
    createdAt: DateTime!
    blockedIssue: Issue
  }

  extend union IssueTimelineItems =
    | BlockedByAddedEvent
    | BlockedByRemovedEvent
    | BlockingAddedEvent
    | BlockingRemovedEvent

  extend enum IssueTimelineItemsItemType {
    BLOCKED_BY_ADDED_EVENT
    BLOCKED_BY_REMOVED_EVENT
    BLOCKING_ADDED_EVENT
    BLOCKING_REMOVED_EVENT
  }

  extend type Issue {
    blockedBy(after: String, before: String, first: Int, last: Int): IssueConnection!
    blocking(after: String, before: String, first: Int, last: Int): IssueConnection!
    issueDependenciesSummary: IssueDependenciesSummary!
    issueType: IssueType
  }

  extend type Repository {
    issueTypes(after: String, before: String, first: Int, last: Int): IssueTypeConnection
  }

  input AddBlockedByInput {
    clientMutationId: String
    issueId: ID!
    blockingIssueId: ID!
  }

  type AddBlockedByPayload {
    clientMutationId: String
    issue: Issue
    blockingIssue: Issue
  }

  input RemoveBlockedByInput {
    clientMutationId: String
    issueId: ID!
    blockingIssueId: ID!
  }

  type RemoveBlockedByPayload {
    clientMutationId: String
    issue: Issue
    blockingIssue: Issue
  }

  extend type Mutation {
    addBlockedBy(input: AddBlockedByInput!): AddBlockedByPayload
    removeBlockedBy(input: RemoveBlockedByInput!): RemoveBlockedByPayload
  }
`
