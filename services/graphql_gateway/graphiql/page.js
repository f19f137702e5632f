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
    query: `# What the policies say of words that nobody has saved yet.
query Judge($input: DraftJudgeInput!) {
  draftJudge(input: $input) {
    isBlocked pending
    findings { severity sentence guidance clauseNumber citation evidence }
  }
}`,
    variables: JSON.stringify(
      {
        input: {
          unitId: "a unit's id",
          variants: [{ channelId: "a channel's id", text: "FREE TICKETS!!! Write to ann@example.org #riverfest" }],
        },
      },
      null,
      2,
    ),
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

// Both tokens of the sign-in: the access token lasts ten minutes, the other one fetches the next.
const session = {
  get: () => JSON.parse(sessionStorage.getItem("rostrum-session") || "null"),
  keep: (tokens) => sessionStorage.setItem("rostrum-session", JSON.stringify(tokens)),
  end: () => sessionStorage.removeItem("rostrum-session"),
};

const post = (path, body, headers = {}) =>
  fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

async function renewed() {
  const answer = await post("/auth/refresh", { refresh_token: session.get().refresh_token });
  if (answer.ok) session.keep(await answer.json());
  else session.end();
  return answer.ok;
}

async function ask(parameters, headers = {}) {
  const named = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  const mine = !named && session.get();
  const shown = mine ? { ...headers, Authorization: `Bearer ${mine.access_token}` } : headers;
  const answer = await post("/graphql", parameters, shown);
  const isOver = mine && answer.status === 401;
  return isOver && (await renewed()) ? ask(parameters, headers) : answer.json();
}

const fetcher = (parameters, options) => ask(parameters, (options && options.headers) || {});

// The examples that change something are about things that are there.
async function filledIn() {
  const found = await ask({
    query: `{
      conversations(first: 1, filter: { states: [OPEN] }) { nodes { id } }
      contentItems(first: 1, sort: { field: UPDATED_AT, direction: DESC }) { nodes { id versionHash } }
      channels(first: 20) { nodes { id platform unit { id } } }
    }`,
  });
  const first = (name) => (found.data && found.data[name] && found.data[name].nodes[0]) || null;
  const fill = (query, values) => {
    const example = examples.find((each) => each.query.includes(query));
    example.variables = JSON.stringify({ ...JSON.parse(example.variables), ...values }, null, 2);
  };
  const channels = (found.data && found.data.channels && found.data.channels.nodes) || [];
  const channel = channels.find((each) => each.platform === "MASTODON" && each.unit);
  if (channel) {
    const example = examples.find((each) => each.query.includes("query Judge"));
    const { input } = JSON.parse(example.variables);
    const variants = [{ ...input.variants[0], channelId: channel.id }];
    example.variables = JSON.stringify({ input: { unitId: channel.unit.id, variants } }, null, 2);
  }
  const conversation = first("conversations");
  const item = first("contentItems");
  if (conversation) fill("mutation Claim", { id: conversation.id });
  if (item) fill("mutation Submit", { id: item.id, hash: item.versionHash || "" });
}

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
  session.keep(body);
  location.reload();
});

async function begin() {
  if (session.get()) {
    await filledIn();
    who.textContent = session.get() ? "Signed in." : "The sign-in is over: sign in again.";
  }
  const place = document.getElementById("graphiql");
  if (!window.GraphiQL || !window.ReactDOM) return;
  ReactDOM.createRoot(place).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultTabs: examples,
      shouldPersistHeaders: true,
      isHeadersEditorEnabled: true,
    }),
  );
}

begin();
