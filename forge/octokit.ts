import type { Octokit } from '@octokit/rest'

/** The part of an octokit that forge uses; Probot's and @octokit/rest's both have it. */
export type Client = Pick<Octokit, 'request' | 'graphql' | 'hook'>
