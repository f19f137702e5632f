"""The atproto connector against a real personal data server; run by `make test-bluesky` only."""
