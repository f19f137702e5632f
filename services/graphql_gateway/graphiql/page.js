// The page around GraphiQL: sign-in, and operations that are ready to run.
"use strict";

const examples = [
  {
    query: `# The inbox: what waits longest for an answer.
query Inbox {
  viewer { kind person { name } organization { name } permissions }
  conversations(
    first: 10
    filter: { states: [OPEN, CLAIMED, ASSIGNED] }
    sort: { field: LAST_MESSAGE_AT, direction: ASC }
  ) {
    edges {
      cursor
      node {
        id state preview lastMessageAt
        channel { name platform health { state } }
        unit { name }
        assignee { name }
        clock { state dueAt }
        mentions(first: 3) { nodes { text postedAt author { handle } } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}`,
  },
  {
    query: `# Hold a conversation, then draft an answer in it.
mutation Claim($id: ID!) {
  conversationClaim(input: { conversationId: $id }) {
    conversation { id state claimUntil claimedBy { name } }
    userErrors { field message code }
  }
}

mutation Reply($id: ID!, $text: String!) {
  replyDraft(input: { conversationId: $id, text: $text }) {
    contentItem { id state variants { text } }
    userErrors { field message code }
  }
}`,
    variables: JSON.stringify({ id: "a conversation's id", text: "Thank you for telling us." }, null, 2),
  },
  {
    query: `# Submit a draft; somebody else approves the version they read.
mutation Submit($id: ID!) {
  contentSubmit(input: { contentId: $id }) {
    contentItem { id state versionHash round { stages { reviewers { name } } } }
    userErrors { field message code }
  }
}

mutation Approve($id: ID!, $hash: String!) {
  contentVote(input: { contentId: $id, verdict: APPROVE, versionHash: $hash }) {
    contentItem { id state deliveries(first: 5) { nodes { state url } } }
    userErrors { field message code }
  }
}`,
    variables: JSON.stringify({ id: "a content item's id", hash: "its versionHash" }, null, 2),
  },
  {
    query: `# What the last weeks were worth.
query Report($from: Date!, $to: Date!) {
  report(from: $from, to: $to, groupBy: [CHANNEL]) {
    total { ...Numbers }
    rows { channel { name } ...Numbers }
  }
}

fragment Numbers on ReportRow {
  mentions replies unanswered postsPublished approvals
  replyTime { count medianSeconds p90Seconds over24h }
  firstResponsePerMessage { count medianSeconds p90Seconds over24h }
  firstResponsePerConversation { count medianSeconds p90Seconds over24h }
}`,
    variables: JSON.stringify({ from: daysAgo(90), to: daysAgo(0) }, null, 2),
  },
  {
    query: `# Channels, and whether their connections work.
query Channels {
  channels(first: 20) {
    nodes { id name handle platform state health { state detail } unit { name } steward { name } }
  }
}`,
  },
];

function daysAgo(count) {
  return new Date(Date.now() - count * 86400000).toISOString().slice(0, 10);
}

let token = sessionStorage.getItem("rostrum-token");

const fetcher = async (parameters, options) => {
  const headers = { "Content-Type": "application/json", ...(options && options.headers) };
  const named = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  if (token && !named) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch("/graphql", {
    method: "POST",
    headers,
    body: JSON.stringify(parameters),
  });
  return answer.json();
};

const form = document.getElementById("sign-in");
const who = document.getElementById("who");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = Object.fromEntries(new FormData(form));
  const answer = await fetch("/auth/sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...given, organization: given.organization || null }),
  });
  const body = await answer.json();
  if (!answer.ok) {
    const choices = (body.data && body.data.organizations) || [];
    who.textContent = [body.detail, ...choices.map((each) => each.slug)].join(" ");
    return;
  }
  token = body.access_token;
  sessionStorage.setItem("rostrum-token", token);
  location.reload();
});

if (token) who.textContent = "Signed in for ten minutes.";

const place = document.getElementById("graphiql");
if (window.GraphiQL && window.ReactDOM) {
  ReactDOM.createRoot(place).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultTabs: examples,
      shouldPersistHeaders: true,
      isHeadersEditorEnabled: true,
    }),
  );
}
